// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** 128 bits of a request body's cryptographic hash: equal bodies have equal hashes. */
public record BodyHash(long high, long low) {}

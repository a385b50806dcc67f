// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/**
 * What a request under an idempotency key comes to.
 *
 * @param receipt the answer, opaque to the store
 */
public record WriteDecision(AcceptedPoints accepted, byte[] receipt) {}

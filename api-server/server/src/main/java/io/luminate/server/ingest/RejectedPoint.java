// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

/**
 * A point that was not stored.
 *
 * @param index its place in the request, from 0
 * @param metric its name as far as it could be read, else empty
 */
public record RejectedPoint(int index, String metric, Rejection rejection) {}

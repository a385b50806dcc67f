// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

/** 128 bits, reused from one point to the next; {@code high} is never 0 for a series. */
public final class SpanKey {
  long high;
  long low;
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.segment;

/**
 * Where something lies inside a column: which block, and which bytes of its payload.
 *
 * @param offset from the end of the block's header
 * @param length 0 if there is nothing
 */
public record ColumnPart(int blockNo, int offset, int length) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Lossless codecs for vectors of at most 1,024 integers or doubles: bit packing, frames of
 * reference with patches, run deltas and decimal scaling. Pure arithmetic over byte arrays; knows
 * nothing of chunks, files or RocksDB.
 */
@NullMarked
package io.luminate.store.rocksdb.codec;

import org.jspecify.annotations.NullMarked;

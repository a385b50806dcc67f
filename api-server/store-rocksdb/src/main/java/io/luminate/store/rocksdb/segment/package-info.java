// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Sealed data: chunks of points in immutable segments, the {@link
 * io.luminate.store.rocksdb.segment.ChunkStore} that keeps their bytes, the {@link
 * io.luminate.store.rocksdb.segment.Catalog} that says what is visible, and RocksDB behind both.
 * Knows metrics and series only as numbers. Bytes are drawn in docs/format/segment.md.
 */
@NullMarked
package io.luminate.store.rocksdb.segment;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The embedded engine: journal, heads, segments and index put together. A write is a journal frame,
 * then points in a head; heads are sealed into segments, small segments merge, old ones are
 * dropped.
 */
@NullMarked
package io.luminate.store.rocksdb.engine;

import org.jspecify.annotations.NullMarked;

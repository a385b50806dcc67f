// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Answers questions about one metric from a consistent snapshot of its segments and heads: which
 * series match and in which group they fall, scans over decoded vectors on a few shared threads,
 * and one class per operation that turns what was scanned into a result.
 */
@NullMarked
package io.luminate.store.rocksdb.query;

import org.jspecify.annotations.NullMarked;

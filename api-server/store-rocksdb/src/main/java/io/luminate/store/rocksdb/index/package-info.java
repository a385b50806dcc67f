// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Who the series are: dictionaries of dimension values per tenant and key, and per metric the
 * series as columns of value codes. All of it lives in memory once a metric is used, and in the
 * catalog as blocks of 4,096 entries; a metric nobody asks for is never read.
 */
@NullMarked
package io.luminate.store.rocksdb.index;

import org.jspecify.annotations.NullMarked;

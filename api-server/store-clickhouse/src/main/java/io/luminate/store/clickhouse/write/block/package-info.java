// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Points as columns in ClickHouse's Native format: for each column its name, its type and all its
 * values. No object for a point; the bytes of a value are copied once.
 */
@NullMarked
package io.luminate.store.clickhouse.write.block;

import org.jspecify.annotations.NullMarked;

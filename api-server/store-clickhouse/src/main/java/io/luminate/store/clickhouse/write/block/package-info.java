// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Rows for inserts in ClickHouse's Native format: for each column its name, its type and its
 * values. Points are gathered row by row, sorted as their table is, and become columns a few
 * thousand at a time while they are sent. No object for a point.
 */
@NullMarked
package io.luminate.store.clickhouse.write.block;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The tables in ClickHouse: what they look like, who made them, and in which slot of them a metric
 * keeps a dimension.
 */
@NullMarked
package io.luminate.store.clickhouse.schema;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The server in front of ClickHouse, beside the best that a table made by hand can do. */
@NullMarked
package io.luminate.benchmarks.clickhouse;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the points: one statement for most questions, a second where the first one finds what the
 * second is about, or asked for more than it may take. Everything of a question becomes a parameter
 * of its statements; names of columns come from the slots of the metric, and the tenant's condition
 * from the only place that names the table.
 */
@NullMarked
package io.luminate.store.clickhouse.read;

import org.jspecify.annotations.NullMarked;

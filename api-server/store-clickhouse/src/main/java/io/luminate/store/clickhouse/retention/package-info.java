// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How long points live and how they go: the clip that queries see at once, the one TTL expression
 * by which ClickHouse frees them later, and deletes.
 */
@NullMarked
package io.luminate.store.clickhouse.retention;

import org.jspecify.annotations.NullMarked;

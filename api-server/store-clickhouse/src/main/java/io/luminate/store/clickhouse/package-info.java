// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The store on ClickHouse: stateless processes in front of tables that they make themselves. */
@NullMarked
package io.luminate.store.clickhouse;

import org.jspecify.annotations.NullMarked;

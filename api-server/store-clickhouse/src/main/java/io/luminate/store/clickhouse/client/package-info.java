// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Statements to ClickHouse over HTTP, their failures as codes. */
@NullMarked
package io.luminate.store.clickhouse.client;

import org.jspecify.annotations.NullMarked;

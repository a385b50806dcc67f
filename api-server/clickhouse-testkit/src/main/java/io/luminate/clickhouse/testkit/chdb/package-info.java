// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * ClickHouse as a shared library, fetched once and hosted by a JVM of its own, so that it can be
 * killed like any other server.
 */
@NullMarked
package io.luminate.clickhouse.testkit.chdb;

import org.jspecify.annotations.NullMarked;

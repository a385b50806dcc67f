// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Real ClickHouse servers for tests and for a laptop: one, or the shards of a cluster, each of
 * which can be killed and started again. Knows nothing of Luminate.
 */
@NullMarked
package io.luminate.clickhouse.testkit;

import org.jspecify.annotations.NullMarked;

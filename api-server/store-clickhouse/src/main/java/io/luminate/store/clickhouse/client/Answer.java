// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

/**
 * A read answer and what it cost the server.
 *
 * @param readRows rows that the server looked at
 * @param readBytes their size in memory, uncompressed
 */
public record Answer<T>(T value, long readRows, long readBytes) {}

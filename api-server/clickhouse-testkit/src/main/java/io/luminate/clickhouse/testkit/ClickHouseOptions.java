// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

/**
 * What may differ between servers.
 *
 * @param memoryBytesMax all queries and merges of one server together; past it they fail
 * @param diskBytesMax what its tables may take, 0 for all that there is: a file system of their own
 *     in memory, gone with the process
 * @param httpPort 0 for a free one
 */
public record ClickHouseOptions(long memoryBytesMax, long diskBytesMax, int httpPort) {
  /** Room for the tests' JVM and for Maven on a machine of 8 GiB. */
  public static final ClickHouseOptions DEFAULT = new ClickHouseOptions(3L << 30, 0, 0);

  public ClickHouseOptions {
    if (memoryBytesMax < 256 << 20) {
      throw new IllegalArgumentException("memoryBytesMax is at least 256 MiB: " + memoryBytesMax);
    }
    if (httpPort < 0 || httpPort > 65_535) {
      throw new IllegalArgumentException("httpPort is a port or 0: " + httpPort);
    }
  }

  public ClickHouseOptions withMemoryBytesMax(long bytes) {
    return new ClickHouseOptions(bytes, diskBytesMax, httpPort);
  }

  public ClickHouseOptions withHttpPort(int port) {
    return new ClickHouseOptions(memoryBytesMax, diskBytesMax, port);
  }

  /** Where the tests' user may mount file systems, and there is no container. */
  public ClickHouseOptions withDiskBytesMax(long bytes) {
    return new ClickHouseOptions(memoryBytesMax, bytes, httpPort);
  }
}

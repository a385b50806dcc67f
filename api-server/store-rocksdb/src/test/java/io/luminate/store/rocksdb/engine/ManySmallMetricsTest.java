// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worst shape for a store that would keep something open per tenant, metric or day: a point of
 * each. However many tenants there are, their files are those of eight days.
 */
class ManySmallMetricsTest {
  /**
   * Of each day up to three segments of each of four orders of magnitude, those of a merge for a
   * moment twice, and what RocksDB and the journal have besides.
   */
  private static final int FILES_MAX = 150;

  /** Beside the heap: the JVM, RocksDB's cache and memtables, buffers. */
  private static final long NATIVE_BYTES_MAX = 256L << 20;

  @TempDir Path folder;

  @Test
  void write_onePointPerTenantMetricAndDay_staysBounded() throws Exception {
    verify(50, 96);
  }

  /** With the heap that the server has unless told otherwise. */
  @Test
  @Tag("soak")
  void write_onePointOfVeryManyTenants_staysBounded() throws Exception {
    verify(2_000, 512);
  }

  private void verify(int tenants, int heapMegabytes) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "figures are those of Linux");
    String output = run(tenants, heapMegabytes);
    System.out.println(output);
    long points = (long) tenants * ManySmallMetricsChild.METRICS * ManySmallMetricsChild.DAYS;
    assertThat(figure(output, "points")).as(output).isEqualTo(points);
    assertThat(figure(output, "found")).as(output).isEqualTo(ManySmallMetricsChild.DAYS);
    assertThat(figure(output, "files")).as(output).isLessThanOrEqualTo(FILES_MAX);
    assertThat(figure(output, "open")).as(output).isLessThanOrEqualTo(FILES_MAX);
    assertThat(figure(output, "resident"))
        .as(output)
        .isLessThanOrEqualTo(((long) heapMegabytes << 20) + NATIVE_BYTES_MAX);
  }

  private static long figure(String output, String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in: " + output));
  }

  private String run(int tenants, int heapMegabytes) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseParallelGC",
                "-XX:+UseCompactObjectHeaders",
                "-cp",
                System.getProperty("java.class.path"),
                ManySmallMetricsChild.class.getName(),
                folder.resolve("data").toString(),
                Integer.toString(tenants))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // As the server is started: an arena for each thread would be RSS that nobody uses.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process child = builder.start();
    try {
      child.waitFor();
    } finally {
      child.destroyForcibly();
    }
    return Files.readString(output);
  }
}

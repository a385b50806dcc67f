// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.decoder;

import io.luminate.benchmarks.load.BodyBuffer;
import io.luminate.benchmarks.load.CustomersWorkload;
import io.luminate.benchmarks.load.JsonFormat;
import io.luminate.benchmarks.load.WorkloadSize;
import io.luminate.model.RetentionPolicies;
import io.luminate.model.TenantId;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.store.reference.ReferenceStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds per batch of 10 000 points whose series are known already. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecoderBenchmark {
  private static final Instant NOW = Instant.ofEpochSecond(1_767_225_600);
  private static final int BATCH_POINTS_MAX = 10_000;
  private static final int CACHED_SERIES = 1 << 18;
  private static final long SEED = 1;

  private final IngestScope scope = IngestScope.of(TenantId.DEFAULT);
  private final PointDecoder decoder =
      new PointDecoder(
          new ReferenceStore(
              InstantSource.fixed(NOW), RetentionPolicies.keepFor(Duration.ofDays(30))),
          new SeriesCache(CACHED_SERIES),
          PointRules.defaults(),
          BATCH_POINTS_MAX);
  private byte[] body = new byte[0];
  private int length;

  @Setup
  public void render() {
    WorkloadSize size = WorkloadSize.named("1m");
    BodyBuffer buffer = new BodyBuffer();
    new CustomersWorkload(size, SEED, NOW.toEpochMilli()).render(0, new JsonFormat(size), buffer);
    length = buffer.length();
    body = Arrays.copyOf(buffer.array(), length + PointDecoder.BODY_PADDING);
  }

  @Benchmark
  public DecodedBatch decode() {
    return decoder.decode(scope, body, length, Admission.at(NOW.toEpochMilli()));
  }
}

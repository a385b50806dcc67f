// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.query.CellMeasurement.Pass;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.kll.KllSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * Percentiles by one KLL sketch per slot, for more values than the memory budget holds. Slots small
 * enough for their sketch to keep every value are still exact.
 */
final class SketchedPercentiles {
  /** Sizes to try, the most accurate first: rank errors of about 0.2, 0.7 and 2.7 %. */
  private static final int[] SIZES = {2000, 500, 100};

  /** Objects and array headers of a sketch. */
  private static final long SKETCH_OVERHEAD_BYTES = 256;

  private final Execution query;
  private final int size;
  private final long[] counts;
  private final KllDoublesSketch[] sketches;
  private final long bytes;

  private SketchedPercentiles(Execution query, int size, long[] counts, long bytes) {
    this.query = query;
    this.size = size;
    this.counts = counts;
    this.bytes = bytes;
    this.sketches = new KllDoublesSketch[counts.length];
    for (int slot = 0; slot < counts.length; slot++) {
      if (counts[slot] > 0) {
        sketches[slot] = KllDoublesSketch.newHeapInstance(size);
      }
    }
  }

  /** The most accurate that fits the budget. */
  static SketchedPercentiles within(Execution query, long[] counts) {
    long bytes = 0;
    for (int size : SIZES) {
      bytes = bytesOf(counts, size);
      if (bytes <= query.memory().availableBytes()) {
        query.memory().reserve(bytes);
        return new SketchedPercentiles(query, size, counts, bytes);
      }
    }
    throw query.memory().exceededBy(bytes);
  }

  private static long bytesOf(long[] counts, int size) {
    long bytes = (long) counts.length * (Double.BYTES + Integer.BYTES);
    for (long count : counts) {
      if (count > 0) {
        bytes +=
            SKETCH_OVERHEAD_BYTES
                + KllSketch.getMaxSerializedSizeBytes(
                    size, count, KllSketch.SketchType.KLL_DOUBLES_SKETCH, true);
      }
    }
    return bytes;
  }

  double rankError() {
    return KllSketch.getNormalizedRankError(size, false);
  }

  double[] measure(Pass pass, double fraction, ScanMeter meter) {
    List<ScanItem> items = ScanPlan.flat(query.snapshot(), pass.range(), pass.series());
    query.scanSplit(pass.series(), items, meter, pass.buckets(), () -> new SketchSink(sketches));
    double[] results = new double[sketches.length];
    for (int slot = 0; slot < sketches.length; slot++) {
      if (counts[slot] > 0) {
        results[slot] = percentile(sketches[slot], fraction);
      }
    }
    query.memory().release(bytes);
    return results;
  }

  private static double percentile(KllDoublesSketch sketch, double fraction) {
    if (sketch.isEstimationMode()) {
      return sketch.getQuantile(fraction, QuantileSearchCriteria.INCLUSIVE);
    }
    double[] sorted = sketch.getSortedView().getQuantiles();
    double rank = fraction * (sorted.length - 1);
    int lower = (int) rank;
    return lower + 1 < sorted.length
        ? SortableValues.between(sorted[lower], sorted[lower + 1], rank - lower)
        : sorted[lower];
  }

  /** Workers share the sketches and lock each for a buffer full of values. */
  private static final class SketchSink extends ValueGatherer {
    private final KllDoublesSketch[] sketches;

    SketchSink(KllDoublesSketch[] sketches) {
      this.sketches = sketches;
    }

    @Override
    void flush(int slot, double[] values, int count) {
      KllDoublesSketch sketch = sketches[slot];
      synchronized (sketch) {
        sketch.update(values, 0, count);
      }
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Execution samples of a flight recording, counted twice: by the method on top, and by the topmost
 * method of the product, which says who had the work done.
 */
public final class HotMethods {
  private static final String SAMPLE = "jdk.ExecutionSample";
  private static final String PRODUCT = "io.luminate.";

  private final Map<String, Integer> tops = new HashMap<>();
  private final Map<String, Integer> owners = new HashMap<>();
  private int samples;

  private HotMethods() {}

  /** Of the samples taken in [from, to). */
  public static HotMethods between(Path recording, Instant from, Instant to) throws IOException {
    HotMethods methods = new HotMethods();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        Instant time = event.getStartTime();
        if (event.getEventType().getName().equals(SAMPLE)
            && !time.isBefore(from)
            && time.isBefore(to)) {
          methods.count(event);
        }
      }
    }
    return methods;
  }

  private void count(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      return;
    }
    samples++;
    tops.merge(nameOf(stack.getFrames().getFirst()), 1, Integer::sum);
    Optional<String> owner =
        stack.getFrames().stream()
            .map(HotMethods::nameOf)
            .filter(name -> name.startsWith(PRODUCT))
            .findFirst();
    owners.merge(owner.orElse("(libraries alone)"), 1, Integer::sum);
  }

  private static String nameOf(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  public int samples() {
    return samples;
  }

  public List<Share> tops(int limit) {
    return shares(tops, limit);
  }

  public List<Share> owners(int limit) {
    return shares(owners, limit);
  }

  private List<Share> shares(Map<String, Integer> counts, int limit) {
    return counts.entrySet().stream()
        .map(entry -> new Share(entry.getKey(), 100.0 * entry.getValue() / samples))
        .sorted(Comparator.comparing(Share::percent).reversed().thenComparing(Share::method))
        .limit(limit)
        .toList();
  }

  /** A method and its share of the samples. */
  public record Share(String method, double percent) {}
}

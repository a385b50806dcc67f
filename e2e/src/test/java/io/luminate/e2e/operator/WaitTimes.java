// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long people would have waited for what, in all of a run: a short table in a file, which
 * {@code make e2e} prints. Written with each wait, so that a run that ends early leaves it too.
 */
final class WaitTimes {
  private static final Path FILE = Path.of("target", "e2e-waits.txt");

  /** What the design says of a status, with a leader that lives. */
  private static final Duration STATUS_WITHIN = Duration.ofSeconds(5);

  private static final int SLOWEST = 8;

  private static final WaitTimes OF_THIS_RUN = new WaitTimes();

  private record Wait(String what, Duration took) {}

  /** After a change that the operator is told of. */
  private final List<Wait> soon = new ArrayList<>();

  /** For a pod to start, a lease to run out, or what nobody tells the operator of. */
  private final List<Wait> inTheEnd = new ArrayList<>();

  private WaitTimes() {}

  static void addSoon(String what, Duration took) {
    OF_THIS_RUN.add(OF_THIS_RUN.soon, what, took);
  }

  static void addInTheEnd(String what, Duration took) {
    OF_THIS_RUN.add(OF_THIS_RUN.inTheEnd, what, took);
  }

  private synchronized void add(List<Wait> waits, String what, Duration took) {
    waits.add(new Wait(what, took));
    waits.sort(Comparator.comparing(Wait::took).reversed());
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE,
          table("Waits for what is soon, 10 s at most", soon)
              + table("Waits for pods, leases and what is not told", inTheEnd));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String table(String title, List<Wait> waits) {
    if (waits.isEmpty()) {
      return "";
    }
    long over = waits.stream().filter(wait -> wait.took().compareTo(STATUS_WITHIN) > 0).count();
    StringBuilder text =
        new StringBuilder(
            "%s: %d, half of them within %s, %d over %s\n"
                .formatted(
                    title,
                    waits.size(),
                    seconds(waits.get(waits.size() / 2).took()),
                    over,
                    seconds(STATUS_WITHIN)));
    waits.stream()
        .limit(SLOWEST)
        .forEach(
            wait ->
                text.append("  ")
                    .append(seconds(wait.took()))
                    .append("  ")
                    .append(wait.what())
                    .append('\n'));
    return text.toString();
  }

  private static String seconds(Duration took) {
    return "%.1f s".formatted(took.toMillis() / 1000.0);
  }
}

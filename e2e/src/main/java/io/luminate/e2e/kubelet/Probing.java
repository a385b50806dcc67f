// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.Objects;

/**
 * The probes of one run of a container, each in a thread of its own that ends with the run. First
 * the startup probe alone, then the other two.
 */
final class Probing {
  /** Until a container is ready it is asked this often: a period is for what is ready already. */
  private static final Duration UNREADY_PERIOD = Duration.ofMillis(250);

  /** What probes lead to. */
  interface Effects {
    void started();

    void ready(boolean ready);

    /** The container has to end. */
    void failed(String probe, String reason, Probe failing);
  }

  private final Container container;
  private final ContainerProcess process;
  private final Checks checks;
  private final Effects effects;

  Probing(Container container, ContainerProcess process, Checks checks, Effects effects) {
    this.container = container;
    this.process = process;
    this.checks = checks;
    this.effects = effects;
  }

  void start() {
    begin("startup", this::startup);
  }

  private interface Task {
    void run() throws InterruptedException;
  }

  private void begin(String probe, Task task) {
    Thread.ofVirtual()
        .name(container.getName() + "-" + probe)
        .start(
            () -> {
              try {
                task.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void startup() throws InterruptedException {
    Probe probe = container.getStartupProbe();
    if (probe != null && !passes("startup", probe)) {
      return;
    }
    effects.started();
    if (container.getReadinessProbe() == null) {
      effects.ready(true);
    } else {
      begin("readiness", () -> readiness(container.getReadinessProbe()));
    }
    if (container.getLivenessProbe() != null) {
      begin("liveness", () -> passes("liveness", container.getLivenessProbe()));
    }
  }

  /**
   * Asks until the probe has failed too often. Startup: answers true with the first success;
   * liveness: never.
   */
  private boolean passes(String name, Probe probe) throws InterruptedException {
    Thread.sleep(initialDelay(probe));
    int failures = 0;
    while (process.isAlive()) {
      String wrong = checks.probe(probe).orElse("");
      failures = wrong.isEmpty() ? 0 : failures + 1;
      if (wrong.isEmpty() && name.equals("startup")) {
        return true;
      }
      if (failures >= failureThreshold(probe) && process.isAlive()) {
        effects.failed(name, wrong, probe);
        return false;
      }
      Thread.sleep(period(probe));
    }
    return false;
  }

  private void readiness(Probe probe) throws InterruptedException {
    Thread.sleep(initialDelay(probe));
    boolean ready = false;
    int row = 0;
    while (process.isAlive()) {
      boolean good = checks.probe(probe).isEmpty();
      row = good == ready ? 0 : row + 1;
      if (row >= (ready ? failureThreshold(probe) : successThreshold(probe))) {
        ready = good;
        row = 0;
        effects.ready(ready);
      }
      Duration period = period(probe);
      Thread.sleep(ready || period.compareTo(UNREADY_PERIOD) < 0 ? period : UNREADY_PERIOD);
    }
  }

  private static Duration initialDelay(Probe probe) {
    return Duration.ofSeconds(Objects.requireNonNullElse(probe.getInitialDelaySeconds(), 0));
  }

  private static Duration period(Probe probe) {
    return Duration.ofSeconds(Objects.requireNonNullElse(probe.getPeriodSeconds(), 10));
  }

  private static int failureThreshold(Probe probe) {
    return Objects.requireNonNullElse(probe.getFailureThreshold(), 3);
  }

  private static int successThreshold(Probe probe) {
    return Objects.requireNonNullElse(probe.getSuccessThreshold(), 1);
  }
}

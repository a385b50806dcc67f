// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.luminate.crd.Backend;
import io.luminate.crd.LuminateClusterSpec;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * CPU and memory of a server, and how much of the memory is its heap. What a person gives takes the
 * place of all of it, as a limit of theirs may be below a request of ours.
 */
final class ServerResources {
  private static final String CPU = "cpu";
  private static final String MEMORY = "memory";

  private static final BigDecimal MIB = BigDecimal.valueOf(1 << 20);

  private ServerResources() {}

  private static ResourceRequirements ours(Backend backend) {
    return switch (backend) {
      case ROCKSDB -> of("1", "2Gi", "2", "4Gi");
      case CLICKHOUSE -> of("500m", "1Gi", "1", "2Gi");
    };
  }

  /** With a limit of CPU, as the JVM has threads for each processor that it may use. */
  private static ResourceRequirements of(
      String cpu, String memory, String cpuMax, String memoryMax) {
    return new ResourceRequirementsBuilder()
        .addToRequests(CPU, new Quantity(cpu))
        .addToRequests(MEMORY, new Quantity(memory))
        .addToLimits(CPU, new Quantity(cpuMax))
        .addToLimits(MEMORY, new Quantity(memoryMax))
        .build();
  }

  static ResourceRequirements of(LuminateClusterSpec spec) {
    ResourceRequirements ours = ours(spec.backend());
    ResourceRequirements theirs = spec.pod().resources();
    if (theirs == null || (theirs.getRequests().isEmpty() && theirs.getLimits().isEmpty())) {
      return ours;
    }
    boolean unscalable =
        spec.autoscaling() != null
            && !theirs.getRequests().containsKey(CPU)
            && !theirs.getLimits().containsKey(CPU);
    // An autoscaler by CPU does nothing for pods that request none.
    return unscalable
        ? new ResourceRequirementsBuilder(theirs)
            .addToRequests(CPU, ours.getRequests().get(CPU))
            .build()
        : theirs;
  }

  /**
   * The heap as the server's start script takes it, out of what is kept for the pod. The embedded
   * store wants a quarter of a gigabyte beside it, and the kernel's cache of its files; in front of
   * ClickHouse there is little else (352 of 512 MiB are measured).
   */
  static Optional<String> heap(LuminateClusterSpec spec) {
    ResourceRequirements resources = of(spec);
    Quantity memory =
        resources.getRequests().getOrDefault(MEMORY, resources.getLimits().get(MEMORY));
    int sixteenths =
        switch (spec.backend()) {
          case ROCKSDB -> 8;
          case CLICKHOUSE -> 11;
        };
    return Optional.ofNullable(memory)
        .map(kept -> kept.getNumericalAmount().divideToIntegralValue(MIB).longValue())
        .map(mebibytes -> mebibytes * sixteenths / 16)
        .filter(mebibytes -> mebibytes > 0)
        .map(mebibytes -> mebibytes + "m");
  }
}

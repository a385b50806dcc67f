// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names under which a cluster's name server would have services: {@code name.namespace}, {@code
 * ….svc} and {@code ….svc.cluster.local}; for a headless one those of its pods that have a host
 * name, before which stands that.
 */
final class ServiceNames {
  private static final List<String> ENDINGS = List.of("", ".svc", ".svc.cluster.local");

  private ServiceNames() {}

  static boolean isHeadless(Service service) {
    String address = service.getSpec().getClusterIP();
    return address == null || address.isEmpty() || address.equals("None");
  }

  /** Addresses by name. */
  static Map<String, String> of(List<Service> services, List<EndpointSlice> slices) {
    Map<String, String> names = new HashMap<>();
    for (Service service : services) {
      String name = service.getMetadata().getName() + "." + service.getMetadata().getNamespace();
      if (isHeadless(service)) {
        slices.stream()
            .filter(slice -> Backends.belongs(slice, service))
            .flatMap(slice -> Backends.endpoints(slice).stream())
            .filter(endpoint -> endpoint.getHostname() != null)
            .forEach(endpoint -> put(names, endpoint.getHostname() + "." + name, first(endpoint)));
      } else {
        put(names, name, service.getSpec().getClusterIP());
      }
    }
    return names;
  }

  private static String first(Endpoint endpoint) {
    return endpoint.getAddresses().getFirst();
  }

  private static void put(Map<String, String> names, String name, String address) {
    ENDINGS.forEach(ending -> names.put(name + ending, address));
  }
}

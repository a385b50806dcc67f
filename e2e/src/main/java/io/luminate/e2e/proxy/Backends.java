// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.proxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Which addresses stand behind a port of a service. */
final class Backends {
  private static final String SERVICE = "kubernetes.io/service-name";

  private Backends() {}

  /** Those that are ready; where there is none, those that end but still serve. */
  static List<InetSocketAddress> of(Service service, ServicePort port, List<EndpointSlice> all) {
    List<EndpointSlice> slices = all.stream().filter(slice -> belongs(slice, service)).toList();
    List<InetSocketAddress> ready = addresses(slices, port, Backends::isReady);
    return ready.isEmpty() ? addresses(slices, port, Backends::isServing) : ready;
  }

  static boolean belongs(EndpointSlice slice, Service service) {
    return slice.getMetadata().getNamespace().equals(service.getMetadata().getNamespace())
        && service.getMetadata().getName().equals(slice.getMetadata().getLabels().get(SERVICE));
  }

  private static List<InetSocketAddress> addresses(
      List<EndpointSlice> slices, ServicePort port, Predicate<Endpoint> wanted) {
    return slices.stream()
        .flatMap(
            slice ->
                ports(slice).stream()
                    .filter(one -> isSame(one, port))
                    .flatMap(
                        one ->
                            endpoints(slice).stream()
                                .filter(wanted)
                                .flatMap(endpoint -> endpoint.getAddresses().stream())
                                .map(address -> new InetSocketAddress(address, one.getPort()))))
        .distinct()
        .toList();
  }

  /** The API server writes null for none. */
  static List<Endpoint> endpoints(EndpointSlice slice) {
    return Objects.requireNonNullElse(slice.getEndpoints(), List.of());
  }

  private static List<EndpointPort> ports(EndpointSlice slice) {
    return Objects.requireNonNullElse(slice.getPorts(), List.of());
  }

  /** By name; the only port of a service has none. */
  private static boolean isSame(EndpointPort one, ServicePort port) {
    return Objects.requireNonNullElse(one.getName(), "")
        .equals(Objects.requireNonNullElse(port.getName(), ""));
  }

  /** What is not said counts as ready. */
  static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }

  private static boolean isServing(Endpoint endpoint) {
    return endpoint.getConditions() != null
        && Boolean.TRUE.equals(endpoint.getConditions().getServing());
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The variables by which pods find services: always the API server's, and with {@code
 * enableServiceLinks}, which is on unless a pod says otherwise, those of its namespace.
 */
final class ServiceVariables {
  private final PodSite site;
  private final Map<String, String> all = new HashMap<>();

  ServiceVariables(PodSite site) {
    this.site = site;
  }

  Map<String, String> all() {
    if (!Boolean.FALSE.equals(site.pod().getSpec().getEnableServiceLinks())) {
      site.client().services().inNamespace(site.namespace()).list().getItems().forEach(this::add);
    }
    add(site.client().services().inNamespace("default").withName("kubernetes").get());
    return all;
  }

  private void add(Service service) {
    String address = service.getSpec().getClusterIP();
    if (address == null || address.isEmpty() || address.equals("None")) {
      return;
    }
    String name = variable(service.getMetadata().getName());
    ServicePort first = service.getSpec().getPorts().getFirst();
    all.put(name + "_SERVICE_HOST", address);
    all.put(name + "_SERVICE_PORT", first.getPort().toString());
    all.put(name + "_PORT", "tcp://" + address + ":" + first.getPort());
    for (ServicePort port : service.getSpec().getPorts()) {
      String numbered = name + "_PORT_" + port.getPort() + "_TCP";
      all.put(numbered, "tcp://" + address + ":" + port.getPort());
      all.put(numbered + "_PROTO", "tcp");
      all.put(numbered + "_PORT", port.getPort().toString());
      all.put(numbered + "_ADDR", address);
      if (port.getName() != null) {
        all.put(name + "_SERVICE_PORT_" + variable(port.getName()), port.getPort().toString());
      }
    }
  }

  private static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}

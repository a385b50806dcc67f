// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.luminate.kube.testkit.Namespaces;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a pod may ask of itself: {@code fieldRef} and {@code resourceFieldRef}. */
final class Fields {
  private static final Pattern KEYED = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

  private Fields() {}

  static String field(ObjectFieldSelector selector, PodSite site) throws NotYetException {
    ObjectMeta metadata = site.pod().getMetadata();
    Matcher keyed = KEYED.matcher(selector.getFieldPath());
    if (keyed.matches()) {
      Map<String, String> map =
          keyed.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
      return map.getOrDefault(keyed.group(2), "");
    }
    return switch (selector.getFieldPath()) {
      case "metadata.name" -> site.name();
      case "metadata.namespace" -> site.namespace();
      case "metadata.uid" -> site.uid();
      case "metadata.labels" -> lines(metadata.getLabels());
      case "metadata.annotations" -> lines(metadata.getAnnotations());
      case "spec.nodeName" -> site.pod().getSpec().getNodeName();
      case "spec.serviceAccountName" -> site.pod().getSpec().getServiceAccountName();
      case "status.hostIP", "status.hostIPs" -> Namespaces.NODE_ADDRESS;
      case "status.podIP", "status.podIPs" -> site.address();
      default ->
          throw new NotYetException("no field " + selector.getFieldPath() + " known to this node");
    };
  }

  private static String lines(Map<String, String> map) {
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=\"" + entry.getValue() + "\"")
            .collect(Collectors.joining("\n"));
  }

  /** In whole units of the divisor, rounded up; without a limit what the node has. */
  static String resource(ResourceFieldSelector selector, Container container)
      throws NotYetException {
    String[] parts = selector.getResource().split("\\.", 2);
    if (parts.length != 2) {
      throw new NotYetException("no resource " + selector.getResource());
    }
    Quantity quantity =
        Optional.ofNullable(container.getResources())
            .map(all -> parts[0].equals("limits") ? all.getLimits() : all.getRequests())
            .map(all -> all.get(parts[1]))
            .orElseGet(() -> absent(parts[0], parts[1]));
    BigDecimal divisor =
        Optional.ofNullable(selector.getDivisor())
            .map(Quantity::getNumericalAmount)
            .filter(amount -> amount.signum() > 0)
            .orElse(BigDecimal.ONE);
    return quantity.getNumericalAmount().divide(divisor, 0, RoundingMode.CEILING).toPlainString();
  }

  private static Quantity absent(String kind, String resource) {
    Quantity none = new Quantity("0");
    return kind.equals("limits")
        ? Objects.requireNonNull(Node.CAPACITY.getOrDefault(resource, none))
        : none;
  }
}

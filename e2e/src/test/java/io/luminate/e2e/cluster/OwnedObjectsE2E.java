// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The objects that the operator makes of a cluster, as its own tests keep them, on a real API
 * server: it knows every field, admits the pods as restricted, and finds nothing to do when it is
 * told them again.
 */
@OnKubernetes
final class OwnedObjectsE2E {
  private static final String MANAGER = "luminate-operator";

  /** Of an operator that is not there. */
  private static final Set<String> NOT_SERVED = Set.of("ServiceMonitor", "PrometheusRule");

  /** Every object, for the namespace of the test. */
  private static List<GenericKubernetesResource> objects(String golden, TestNamespace namespace) {
    return Stream.of(text(golden).split("(?m)^---$"))
        .filter(yaml -> !yaml.isBlank())
        .map(yaml -> Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .filter(object -> !NOT_SERVED.contains(object.getKind()))
        .peek(object -> object.getMetadata().setNamespace(namespace.name()))
        .toList();
  }

  private static String text(String golden) {
    Path file =
        Path.of("..", "operator", "src", "test", "resources", "io", "luminate", "operator")
            .resolve(Path.of("objects", golden + ".objects.yaml"));
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GenericKubernetesResource apply(
      TestNamespace namespace, GenericKubernetesResource object, boolean dryRun) {
    PatchContext how =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .withFieldValidation("Strict")
            .withDryRun(dryRun ? List.of("All") : List.of())
            .build();
    return namespace.client().resource(object).patch(how, object);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rocksdb-minimal", "rocksdb-full", "clickhouse-minimal", "clickhouse-full"})
  void objects_areApplied_withNoFieldUnknown(String golden, TestNamespace namespace) {
    for (GenericKubernetesResource object : objects(golden, namespace)) {
      GenericKubernetesResource answer = apply(namespace, object, true);
      assertThat(answer.getMetadata().getUid()).as(object.getKind()).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rocksdb-minimal", "rocksdb-full", "clickhouse-minimal", "clickhouse-full"})
  void pods_areAdmittedAsRestricted(String golden, TestNamespace namespace) {
    namespace.restrict();
    List<PodSpec> pods =
        objects(golden, namespace).stream().flatMap(OwnedObjectsE2E::podSpecs).toList();
    assertThat(pods).isNotEmpty();
    for (PodSpec spec : pods) {
      makeWhatItNames(namespace, spec);
      Pod pod =
          new PodBuilder()
              .withNewMetadata()
              .withGenerateName("pod-")
              .withNamespace(namespace.name())
              .endMetadata()
              .withSpec(withoutClaims(spec))
              .build();
      assertThat(namespace.client().resource(pod).dryRun().create().getMetadata().getUid())
          .isNotBlank();
    }
  }

  /** Pods come of it that nobody can start, and go with the namespace. */
  @ParameterizedTest
  @ValueSource(strings = {"rocksdb-full", "clickhouse-minimal"})
  void objects_appliedAgain_changeNothing(String golden, TestNamespace namespace)
      throws InterruptedException {
    List<GenericKubernetesResource> objects = objects(golden, namespace);
    // Of an owner that is not there they would be collected.
    objects.forEach(object -> object.getMetadata().setOwnerReferences(List.of()));
    Map<String, String> first = appliedAt(namespace, objects);
    // The times of managers are whole seconds.
    Thread.sleep(1100);
    assertThat(appliedAt(namespace, objects)).isEqualTo(first);
  }

  private static Map<String, String> appliedAt(
      TestNamespace namespace, List<GenericKubernetesResource> objects) {
    Map<String, String> times = new HashMap<>();
    for (GenericKubernetesResource object : objects) {
      GenericKubernetesResource live = apply(namespace, object, false);
      String time =
          live.getMetadata().getManagedFields().stream()
              .filter(entry -> entry.getManager().equals(MANAGER))
              .map(ManagedFieldsEntry::getTime)
              .findFirst()
              .orElseThrow();
      times.put(live.getKind() + "/" + live.getMetadata().getName(), time);
    }
    return times;
  }

  private static Stream<PodSpec> podSpecs(GenericKubernetesResource object) {
    return switch (object.getKind()) {
      case "StatefulSet", "Deployment" -> Stream.of(spec(object.get("spec", "template", "spec")));
      case "CronJob" ->
          Stream.of(spec(object.get("spec", "jobTemplate", "spec", "template", "spec")));
      default -> Stream.of();
    };
  }

  private static PodSpec spec(Map<String, Object> fields) {
    return Serialization.jsonMapper().convertValue(fields, PodSpec.class);
  }

  /** Claims are added by the StatefulSet's controller, which is not asked here. */
  private static PodSpec withoutClaims(PodSpec spec) {
    spec.getContainers()
        .getFirst()
        .getVolumeMounts()
        .removeIf(mount -> mount.getName().equals("data"));
    return spec;
  }

  private static void makeWhatItNames(TestNamespace namespace, PodSpec spec) {
    namespace
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withMetadata(
                    new ObjectMetaBuilder()
                        .withName(spec.getServiceAccountName())
                        .withNamespace(namespace.name())
                        .build())
                .build())
        .serverSideApply();
    if (spec.getPriorityClassName() != null) {
      namespace
          .client()
          .resource(
              new PriorityClassBuilder()
                  .withNewMetadata()
                  .withName(spec.getPriorityClassName())
                  .endMetadata()
                  .withValue(1)
                  .build())
          .serverSideApply();
    }
  }
}

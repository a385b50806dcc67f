// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.LuminateClusterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All objects of a cluster beside its limits document and its internal token, which others write.
 *
 * @param objects to apply, in this order. While a Secret is missing the workload is not among them,
 *     so that pods stay as they are.
 * @param absent what is to be deleted where it is there and is ours. No workload ever is.
 * @param claim the volume's claim, which the StatefulSet makes: to be applied only where it is
 *     there and smaller. It has no owner reference, as points may outlive their cluster.
 * @param missingSecrets what pods cannot start without
 * @param ignoredVariables of {@code spec.pod.env}, as something else already says it
 */
public record ClusterObjects(
    List<HasMetadata> objects,
    List<ObjectKey> absent,
    Optional<PersistentVolumeClaim> claim,
    List<SecretValue> missingSecrets,
    List<String> ignoredVariables) {
  public ClusterObjects {
    objects = List.copyOf(objects);
    absent = List.copyOf(absent);
    missingSecrets = List.copyOf(missingSecrets);
    ignoredVariables = List.copyOf(ignoredVariables);
  }

  /** The same without what makes pods, which so stays as it is. */
  public ClusterObjects withoutPods() {
    List<HasMetadata> others = objects.stream().filter(object -> !makesPods(object)).toList();
    return new ClusterObjects(others, absent, claim, missingSecrets, ignoredVariables);
  }

  private static boolean makesPods(HasMetadata object) {
    return switch (object) {
      case StatefulSet _, Deployment _, CronJob _ -> true;
      default -> false;
    };
  }

  /** Works it out; the same for the same input. */
  public static ClusterObjects of(LuminateCluster cluster, ClusterFacts facts) {
    return new Making(ClusterIdentity.of(cluster), facts).all();
  }

  /** The values of Secrets to look up for the facts. Pods may do without some of them. */
  public static List<SecretValue> namedSecrets(LuminateCluster cluster) {
    return UserSecrets.of(ClusterIdentity.of(cluster)).all();
  }

  /** Collects what there is, and what there is not. */
  private static final class Making {
    private final ClusterIdentity owner;
    private final LuminateClusterSpec spec;
    private final ClusterFacts facts;
    private final List<HasMetadata> objects = new ArrayList<>();
    private final List<ObjectKey> absent = new ArrayList<>();

    Making(ClusterIdentity owner, ClusterFacts facts) {
      this.owner = owner;
      this.spec = owner.cluster().getSpec();
      this.facts = facts;
    }

    ClusterObjects all() {
      ServerConfigFile config = ServerConfigFile.of(owner);
      Workload workload = new Workload(owner, facts);
      List<SecretValue> missing = UserSecrets.of(owner).missing(facts.secrets());
      serviceAccount();
      objects.add(config.configMap());
      objects.add(Network.clients(owner));
      objects.add(Network.headless(owner));
      optional(
          NetworkPolicy.class, "networking.k8s.io/v1", Network.policy(owner, facts.operator()));
      if (missing.isEmpty()) {
        objects.add(workload.object());
      }
      ofTheBackend();
      monitoring();
      return new ClusterObjects(
          objects, absent, workload.claim(), missing, ServerEnvironment.ignored(spec, config));
    }

    private void ofTheBackend() {
      switch (spec.backend()) {
        case ROCKSDB -> objects.add(CleanupJob.of(owner, facts));
        case CLICKHOUSE -> {
          optional(PodDisruptionBudget.class, "policy/v1", Availability.budget(owner));
          optional(HorizontalPodAutoscaler.class, "autoscaling/v2", Availability.autoscaler(owner));
        }
      }
    }

    private void monitoring() {
      for (OptionalKind kind : OptionalKind.values()) {
        if (!facts.served().contains(kind)) {
          continue;
        }
        if (spec.monitoring().enabled()) {
          objects.add(Monitoring.object(kind, owner));
        } else {
          absent.add(new ObjectKey(kind.apiVersion(), kind.kind(), owner.name()));
        }
      }
    }

    private <T extends HasMetadata> void optional(
        Class<T> kind, String apiVersion, Optional<T> object) {
      object.ifPresentOrElse(
          objects::add,
          () -> absent.add(new ObjectKey(apiVersion, kind.getSimpleName(), owner.name())));
    }

    /** Ours goes where pods have another; one of ours' name may be the person's own. */
    private void serviceAccount() {
      String theirs = spec.pod().serviceAccountName();
      if (owner.name().equals(theirs)) {
        return;
      }
      optional(
          ServiceAccount.class,
          "v1",
          theirs == null ? Optional.of(withoutToken()) : Optional.empty());
    }

    /** Nothing in a pod talks to Kubernetes. */
    private ServiceAccount withoutToken() {
      return new ServiceAccountBuilder()
          .withMetadata(owner.meta(owner.name()))
          .withAutomountServiceAccountToken(false)
          .build();
    }
  }
}

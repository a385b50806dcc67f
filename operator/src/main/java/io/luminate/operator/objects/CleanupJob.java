// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.luminate.crd.LuminateClusterSpec;
import java.util.Map;

/** Has the embedded store free what is past its retention, once an hour. */
final class CleanupJob {
  /** Longer than the command waits for the server, which is ten minutes, and its image's fetch. */
  private static final long DEADLINE_SECONDS = 900;

  /** What a job missed by more is the next one's. */
  private static final long LATE_SECONDS_MAX = 600;

  private CleanupJob() {}

  static CronJob of(ClusterIdentity owner, ClusterFacts facts) {
    return new CronJobBuilder()
        .withMetadata(owner.meta(owner.names().cleanup(), ObjectLabels.CLEANUP))
        .withNewSpec()
        .withSchedule(minute(owner) + " * * * *")
        .withConcurrencyPolicy("Forbid")
        .withStartingDeadlineSeconds(LATE_SECONDS_MAX)
        .withSuccessfulJobsHistoryLimit(1)
        .withFailedJobsHistoryLimit(1)
        .withNewJobTemplate()
        .withNewMetadata()
        .withLabels(ObjectLabels.unwatched(owner.name(), ObjectLabels.CLEANUP))
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(2)
        .withActiveDeadlineSeconds(DEADLINE_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels(owner))
        .withAnnotations(owner.cluster().getSpec().pod().annotations())
        .endMetadata()
        .withSpec(
            PodBasics.of(owner)
                .withRestartPolicy("Never")
                .withContainers(container(owner, facts))
                .withVolumes(PodVolumes.ofCleanup(owner).volumes())
                .build())
        .endTemplate()
        .endSpec()
        .endJobTemplate()
        .endSpec()
        .build();
  }

  /** Another for each cluster, so that they do not all begin at the full hour. */
  private static int minute(ClusterIdentity owner) {
    return Math.floorMod((owner.namespace() + "/" + owner.name()).hashCode(), 60);
  }

  private static Map<String, String> labels(ClusterIdentity owner) {
    return ObjectLabels.over(
        owner.cluster().getSpec().pod().labels(),
        ObjectLabels.unwatched(owner.name(), ObjectLabels.CLEANUP));
  }

  private static Container container(ClusterIdentity owner, ClusterFacts facts) {
    LuminateClusterSpec spec = owner.cluster().getSpec();
    return new ContainerBuilder(PodBasics.container(spec, facts, "cleanup"))
        .withArgs("cleanup", "--url", url(owner), "--token-file", PodFiles.TOKEN)
        .addNewEnv()
        .withName(ServerEnvironment.HEAP)
        .withValue("32m")
        .endEnv()
        .withNewResources()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity("128Mi"))
        .addToLimits("memory", new Quantity("256Mi"))
        .endResources()
        .withVolumeMounts(PodVolumes.ofCleanup(owner).mounts())
        .build();
  }

  /** By the pod's own name: no Service has the internal port. */
  private static String url(ClusterIdentity owner) {
    ObjectNames names = owner.names();
    return "http://%s.%s.%s.svc:%d"
        .formatted(names.pod(), names.headless(), owner.namespace(), Ports.INTERNAL);
  }
}

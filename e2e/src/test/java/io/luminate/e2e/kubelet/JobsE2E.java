// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.e2e.cluster.TestPods;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods that end. */
@OnKubernetes
final class JobsE2E {

  @Test
  void job_completes(TestNamespace namespace) {
    namespace.create(job("true"));
    awaitCondition(namespace, "Complete");
    assertThat(pod(namespace).getStatus().getPhase()).isEqualTo("Succeeded");
  }

  @Test
  void job_fails_andSaysWhy(TestNamespace namespace) {
    namespace.create(job("echo no such tenant > /dev/termination-log; exit 7"));
    awaitCondition(namespace, "Failed");
    Pod pod = pod(namespace);
    assertThat(pod.getStatus().getPhase()).isEqualTo("Failed");
    ContainerStateTerminated ended =
        pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(ended.getExitCode()).isEqualTo(7);
    assertThat(ended.getMessage()).isEqualTo("no such tenant\n");
  }

  /** A schedule has no seconds, so this takes up to a minute. */
  @Test
  @Tag("soak")
  void cronJob_runs(TestNamespace namespace) {
    namespace.create(
        new CronJobBuilder()
            .withNewMetadata()
            .withName("every-minute")
            .endMetadata()
            .withNewSpec()
            .withSchedule("* * * * *")
            .withNewJobTemplate()
            .withSpec(job("true").getSpec())
            .endJobTemplate()
            .endSpec()
            .build());
    Eventually.holds(
        () ->
            namespace.pods("work").stream()
                .anyMatch(pod -> pod.getStatus().getPhase().equals("Succeeded")),
        () -> "no pod of it has run");
  }

  private static Job job(String script) {
    PodTemplateSpec template =
        new PodTemplateSpecBuilder(TestPods.template("work", TestPods.shell(script)))
            .editSpec()
            .withRestartPolicy("Never")
            .endSpec()
            .build();
    return new JobBuilder()
        .withNewMetadata()
        .withName("work")
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withTemplate(template)
        .endSpec()
        .build();
  }

  private static Pod pod(TestNamespace namespace) {
    return namespace.pods("work").getFirst();
  }

  private static void awaitCondition(TestNamespace namespace, String type) {
    Eventually.holds(
        () ->
            namespace
                .client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace.name())
                .withName("work")
                .require()
                .getStatus()
                .getConditions()
                .stream()
                .anyMatch(one -> one.getType().equals(type) && one.getStatus().equals("True")),
        () -> "not " + type + ": " + namespace.pods("work"));
  }
}

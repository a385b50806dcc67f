// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.luminate.crd.LuminateCluster;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The job that frees what is past its retention. */
final class CleanupJobTest {

  private static PodTemplateSpec pod(LuminateCluster cluster) {
    return Clusters.get(cluster, CronJob.class).getSpec().getJobTemplate().getSpec().getTemplate();
  }

  @Test
  void job_runsTheServersImage_againstTheInternalPort() {
    LuminateCluster cluster = Clusters.golden("rocksdb-full");
    assertThat(pod(cluster).getSpec().getContainers().getFirst().getImage())
        .isEqualTo(Clusters.server(cluster).getImage());
    assertThat(pod(cluster).getSpec().getContainers().getFirst().getArgs())
        .containsExactly(
            "cleanup",
            "--url",
            "http://edge-0.edge-headless.metrics.svc:8082",
            "--token-file",
            "/etc/luminate/internal/current");
  }

  @Test
  void job_isOfRocksDbAlone() {
    assertThat(Clusters.find(Clusters.objects(Clusters.clickHouse()), CronJob.class)).isEmpty();
  }

  @Test
  void jobsPods_areNoServers() {
    assertThat(pod(Clusters.rocksDb()).getMetadata().getLabels())
        .containsAllEntriesOf(ObjectLabels.selector("main", "cleanup"))
        .doesNotContainKey(ObjectLabels.WATCH)
        .doesNotContainEntry("app.kubernetes.io/component", "server");
  }

  @Test
  void jobs_ofManyClusters_areSpreadOverTheHour() {
    List<String> schedules =
        IntStream.range(0, 100)
            .mapToObj(i -> Clusters.named("c" + i, "backend: rocksdb", Clusters.HMAC))
            .map(cluster -> CleanupJob.of(ClusterIdentity.of(cluster), Clusters.facts()))
            .map(job -> job.getSpec().getSchedule())
            .distinct()
            .toList();
    assertThat(schedules)
        .hasSizeGreaterThan(30)
        .allMatch(text -> text.matches("\\d+ \\* \\* \\* \\*"));
  }
}

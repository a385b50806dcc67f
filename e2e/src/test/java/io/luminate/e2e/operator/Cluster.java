// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.clickhouse.testkit.ClickHouseUser;
import io.luminate.crd.ConditionStatus;
import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.StatusCondition;
import io.luminate.crd.TenantQuota;
import io.luminate.e2e.cluster.Eventually;
import io.luminate.e2e.cluster.TenantToken;
import io.luminate.e2e.cluster.TestNamespace;
import io.luminate.operator.objects.ObjectLabels;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster in a test's namespace, as a person sees it. */
final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /** What a person waits for after a change, with room for machines with little to spare. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("kubectl")
          .withForce(true)
          .withFieldValidation("Strict")
          .build();

  private final TestNamespace namespace;
  private final String name;

  /** The first pass of an operator that has just started is slow, as all of its code is new. */
  private boolean isWarm;

  Cluster(TestNamespace namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  /** The Secret that all clusters of tests name. */
  static void createSecret(TestNamespace namespace) {
    namespace.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("luminate-secrets")
            .endMetadata()
            .withStringData(Map.of("jwt-secret", TenantToken.SECRET))
            .build());
  }

  /** The Secret of a ClickHouse's user, which {@link Texts#clickHouse} names. */
  static void createSecret(TestNamespace namespace, ClickHouseUser user) {
    namespace.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("clickhouse-secrets")
            .endMetadata()
            .withStringData(Map.of("username", user.name(), "password", user.password()))
            .build());
  }

  /** As {@code kubectl apply --server-side} does it, in a tenth of its processor time. */
  void apply(String yaml) {
    GenericKubernetesResource object =
        Serialization.unmarshal(yaml, GenericKubernetesResource.class);
    object.getMetadata().setNamespace(namespace.name());
    namespace.client().resource(object).patch(APPLY, object);
  }

  LuminateCluster resource() {
    return namespace
        .client()
        .resources(LuminateCluster.class)
        .inNamespace(namespace.name())
        .withName(name)
        .require();
  }

  RetentionPolicy policy(String policy) {
    return namespace
        .client()
        .resources(RetentionPolicy.class)
        .inNamespace(namespace.name())
        .withName(policy)
        .require();
  }

  TenantQuota quota(String quota) {
    return namespace
        .client()
        .resources(TenantQuota.class)
        .inNamespace(namespace.name())
        .withName(quota)
        .require();
  }

  List<Pod> pods() {
    return namespace
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabels(ObjectLabels.selector(name))
        .list()
        .getItems();
  }

  List<Pod> readyPods() {
    return pods().stream().filter(TestNamespace::isReady).toList();
  }

  /** A tenant that comes through the Service. */
  MetricsClient service(String tenant) {
    String address =
        namespace
            .client()
            .services()
            .inNamespace(namespace.name())
            .withName(name)
            .require()
            .getSpec()
            .getClusterIP();
    return new MetricsClient(address, TenantToken.of(tenant));
  }

  static MetricsClient pod(Pod pod, String tenant) {
    return new MetricsClient(pod.getStatus().getPodIP(), TenantToken.of(tenant));
  }

  /** Pods take their time to start, which is not counted among what is soon. */
  void awaitReady(int pods) {
    Instant since = Instant.now();
    Eventually.holds(
        () -> isReady(resource()) && hasAllReady(pods),
        () -> name + " is not ready: " + resource().getStatus() + " " + pods());
    String what = "ready with " + pods + " pods";
    WaitTimes.addInTheEnd(what, log(what, since));
    isWarm = true;
  }

  private static boolean isReady(LuminateCluster cluster) {
    return has(cluster.getStatus().conditions(), "Ready", ConditionStatus.TRUE)
        && cluster.getStatus().observedGeneration() == (long) cluster.getMetadata().getGeneration();
  }

  private boolean hasAllReady(int number) {
    List<Pod> all = pods();
    return all.size() == number && all.stream().allMatch(TestNamespace::isReady);
  }

  void awaitCondition(
      Supplier<List<StatusCondition>> of, String type, ConditionStatus status, String reason) {
    soon(
        () -> has(of.get(), type, status) && reason(of.get(), type).equals(reason),
        type + "=" + status + "/" + reason,
        () -> String.valueOf(of.get()));
  }

  void awaitApplied(String quota) {
    soon(
        () -> isApplied(quota(quota)),
        "the quota is applied",
        () -> quota(quota).getStatus().toString());
  }

  private static boolean isApplied(TenantQuota quota) {
    return has(quota.getStatus().conditions(), "Applied", ConditionStatus.TRUE)
        && quota.getStatus().observedGeneration() == (long) quota.getMetadata().getGeneration();
  }

  /**
   * Makes it. All bytes of a new cluster are held for its grace, so it has none at first: what a
   * clean-up leaves is left for another reason.
   *
   * @param retention of its spec, without a grace
   */
  void readyWithNothingHeld(String retention) throws IOException, InterruptedException {
    apply(Texts.rocksDb(name, retention.replace("}", ", shorteningGrace: 0s}")));
    awaitReady(1);
    apply(Texts.rocksDb(name, retention));
    awaitReady(1);
  }

  /** The embedded store goes by it at once; ClickHouse rewrites what it has. */
  void awaitAppliedPolicy(String policy) {
    Callable<Boolean> isApplied = () -> isApplied(policy(policy));
    Supplier<String> seen = () -> policy(policy).getStatus().toString();
    switch (resource().getSpec().backend()) {
      case ROCKSDB -> soon(isApplied, "the policy is applied", seen);
      case CLICKHOUSE -> inTheEnd(isApplied, "the policy is applied by ClickHouse", seen);
    }
  }

  private static boolean isApplied(RetentionPolicy policy) {
    return has(policy.getStatus().conditions(), "Applied", ConditionStatus.TRUE)
        && policy.getStatus().observedGeneration() == (long) policy.getMetadata().getGeneration();
  }

  /**
   * Has the embedded store free what is past its retention, as is done once an hour.
   *
   * @param job another one each time
   */
  void cleanUp(String job) throws IOException, InterruptedException {
    new Kubectl(namespace.cluster())
        .run("create", "-n", namespace.name(), "job", job, "--from=cronjob/" + name + "-cleanup");
    inTheEnd(
        () -> Integer.valueOf(1).equals(job(job).getStatus().getSucceeded()),
        "the job that cleans up has done so",
        () -> job(job).getStatus().toString());
  }

  private Job job(String job) {
    return namespace
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace.name())
        .withName(job)
        .require();
  }

  /**
   * Waits until {@code kubectl get events} has it.
   *
   * @param type Normal or Warning
   * @param object as in {@code tenantquota/acme}
   * @param words somewhere in its message
   */
  void awaitEvent(String type, String reason, String object, String words) {
    Kubectl kubectl = new Kubectl(namespace.cluster());
    Pattern line =
        Pattern.compile(
            "(?m)^.* %s +%s +%s .*%s"
                .formatted(type, reason, Pattern.quote(object), Pattern.quote(words)));
    soon(
        () ->
            hasEvent(reason)
                && line.matcher(kubectl.run("get", "events", "-n", namespace.name())).find(),
        "an event " + type + "/" + reason + " of " + object,
        () -> "others");
  }

  /** Looked at before kubectl is, as that takes its time to start. */
  private boolean hasEvent(String reason) {
    return namespace.events().stream().anyMatch(event -> reason.equals(event.getReason()));
  }

  /** Until nobody writes what the operator has written, for a second. */
  void awaitQuiet() {
    inTheEnd(
        () -> {
          Map<String, String> before = WrittenObjects.versions(namespace, name);
          Thread.sleep(1_000);
          return WrittenObjects.versions(namespace, name).equals(before);
        },
        "quiet",
        () -> "changes");
  }

  static String reason(List<StatusCondition> conditions, String type) {
    return conditions.stream()
        .filter(one -> one.type().equals(type))
        .map(StatusCondition::reason)
        .findFirst()
        .orElse("");
  }

  private static boolean has(
      List<StatusCondition> conditions, String type, ConditionStatus status) {
    return conditions.stream().anyMatch(one -> one.type().equals(type) && one.status() == status);
  }

  /** Within ten seconds, but for the first; how long it took is in {@link WaitTimes}. */
  void soon(Callable<Boolean> condition, String what, Supplier<String> seen) {
    Duration took = await(condition, what, seen);
    if (isWarm) {
      WaitTimes.addSoon(what, took);
      if (took.compareTo(SOON) > 0) {
        throw new AssertionError(name + ": " + what + " took " + took);
      }
    } else {
      WaitTimes.addInTheEnd(what, took);
    }
    isWarm = true;
  }

  /** What nobody tells the operator of is found when it looks again, up to a minute later. */
  Duration inTheEnd(Callable<Boolean> condition, String what, Supplier<String> seen) {
    Duration took = await(condition, what, seen);
    WaitTimes.addInTheEnd(what, took);
    return took;
  }

  private Duration await(Callable<Boolean> condition, String what, Supplier<String> seen) {
    Instant since = Instant.now();
    Eventually.holds(condition, () -> name + ": not " + what + " but " + seen.get());
    return log(what, since);
  }

  private Duration log(String what, Instant since) {
    Duration took = Duration.between(since, Instant.now());
    LOG.warn("{}/{}: {} after {} ms", namespace.name(), name, what, took.toMillis());
    return took;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.e2e.kubelet.Timing;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the cluster with the first test that wants it, and ends it after the last. */
final class ClusterExtension implements ExecutionCondition, BeforeAllCallback, ParameterResolver {
  private static final String NOT_HERE = "No Kubernetes to test on: ";
  private static final Namespace STORE = Namespace.create(ClusterExtension.class);

  /** Beside the classes, where a look at the logs finds it. */
  private static Path folder() {
    long started = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    return Path.of("target", "kube", Long.toString(started));
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return KubeCluster.obstacle()
        .filter(_ -> System.getenv("CI") == null)
        .map(reason -> ConditionEvaluationResult.disabled(NOT_HERE + reason))
        .orElse(ConditionEvaluationResult.enabled("a cluster is possible here"));
  }

  /** A build server that has lost its way to a cluster must not pass. */
  @Override
  public void beforeAll(ExtensionContext context) {
    KubeCluster.obstacle()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(NOT_HERE + reason);
            });
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KubeCluster.class || type == TestNamespace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    KubeCluster cluster =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(KubeCluster.class, _ -> start(), KubeCluster.class);
    if (parameter.getParameter().getType() == KubeCluster.class) {
      return cluster;
    }
    return context
        .getStore(STORE)
        .computeIfAbsent(
            TestNamespace.class, _ -> TestNamespace.create(cluster), TestNamespace.class);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static KubeCluster start() {
    try {
      JarredClassPath classes = JarredClassPath.of(classPath(), Path.of("target", "kube-classes"));
      PodTraining.server(classes);
      KubeCluster cluster = KubeCluster.start(folder(), Timing.scaledDown());
      PodTraining.operator(classes, cluster);
      TestImages.register(cluster.images(), classes);
      return cluster;
    } catch (IOException e) {
      throw new IllegalStateException("the cluster does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

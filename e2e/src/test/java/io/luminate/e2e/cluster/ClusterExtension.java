// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import io.luminate.e2e.kubelet.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  /** Of this JVM, which is that of a whole run. */
  private static final Set<Class<?>> BEGUN = ConcurrentHashMap.newKeySet();

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
    BEGUN.add(context.getRequiredTestClass());
  }

  /** One with an annotation is another extension's to give. */
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return parameter.getParameter().getAnnotations().length == 0
        && (type == KubeCluster.class || type == TestNamespace.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    KubeCluster cluster = cluster(context);
    if (parameter.getParameter().getType() == KubeCluster.class) {
      return cluster;
    }
    return context
        .getStore(STORE)
        .computeIfAbsent(
            TestNamespace.class, _ -> TestNamespace.create(cluster), TestNamespace.class);
  }

  static Set<Class<?>> begun() {
    return Set.copyOf(BEGUN);
  }

  static KubeCluster cluster(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(KubeCluster.class, _ -> start(), KubeCluster.class);
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** The server's training does not need a cluster, so it is beside the start of that. */
  private static KubeCluster startTrained(JarredClassPath classes)
      throws IOException, InterruptedException {
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> server =
          beside.submit(
              () -> {
                ServerTraining.of(classes);
                return classes;
              });
      KubeCluster cluster = KubeCluster.start(folder(), Timing.scaledDown());
      OperatorTraining.of(classes, cluster);
      server.get();
      return cluster;
    } catch (ExecutionException e) {
      throw new IOException("no server to train on", e);
    }
  }

  private static KubeCluster start() {
    try {
      JarredClassPath classes = JarredClassPath.of(classPath(), Path.of("target", "kube-classes"));
      KubeCluster cluster = startTrained(classes);
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

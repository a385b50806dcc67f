// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.operator;

import io.luminate.crd.LuminateCluster;
import io.luminate.crd.RetentionPolicy;
import io.luminate.crd.TenantQuota;
import io.luminate.e2e.cluster.KubeCluster;
import io.luminate.e2e.cluster.OnKubernetes;
import io.luminate.e2e.cluster.TestNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One operator for all tests that leave it as it is, with a list of namespaces of which each test
 * gets one. An operator of its own is what a test costs most, in processor time.
 */
final class SharedOperator {
  /** No fewer than there are tests that ask for one; one that is listed may not be deleted. */
  private static final int NAMESPACES = 24;

  private static final Namespace STORE = Namespace.create(SharedOperator.class);

  private final TestNamespace own;
  private final Queue<TestNamespace> free;

  private SharedOperator(TestNamespace own, List<TestNamespace> listed) {
    this.own = own;
    this.free = new ConcurrentLinkedQueue<>(listed);
  }

  private static SharedOperator start(KubeCluster cluster) {
    List<TestNamespace> all = TestNamespace.create(cluster, 1 + NAMESPACES);
    List<TestNamespace> listed = all.subList(1, all.size());
    try {
      InstalledOperator.in(all.getFirst(), listed.stream().map(TestNamespace::name).toList());
      return new SharedOperator(all.getFirst(), listed);
    } catch (IOException e) {
      throw new IllegalStateException("the shared operator does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static SharedOperator of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .computeIfAbsent(
            SharedOperator.class,
            _ -> start(OnKubernetes.Shared.cluster(context)),
            SharedOperator.class);
  }

  /** A namespace with what a test has made in it. */
  private record Taken(TestNamespace namespace) implements AutoCloseable {
    static Taken from(SharedOperator operator) {
      return new Taken(
          Optional.ofNullable(operator.free.poll())
              .orElseThrow(() -> new IllegalStateException("more tests than namespaces")));
    }

    /** Does not wait: pods and what else is owned go beside other tests. */
    @Override
    public void close() {
      List.of(LuminateCluster.class, RetentionPolicy.class, TenantQuota.class)
          .forEach(
              kind -> namespace.client().resources(kind).inNamespace(namespace.name()).delete());
    }
  }

  /** Gives tests their namespace, and the operator's own where a test names that. */
  static final class Namespaces implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestNamespace.class
          && (parameter.isAnnotated(LookedAfter.class)
              || parameter.isAnnotated(OfTheOperator.class));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      SharedOperator operator = of(context);
      return parameter.isAnnotated(OfTheOperator.class)
          ? operator.own
          : context
              .getStore(STORE)
              .computeIfAbsent(Taken.class, _ -> Taken.from(operator), Taken.class)
              .namespace();
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests on a real control plane, one for all classes of the JVM. Their methods run beside each
 * other, and take a {@link TestNamespace} of their own as a parameter.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kube")
@ExtendWith(ClusterExtension.class)
public @interface OnKubernetes {
  /**
   * An {@code Order} of classes that wait for minutes: what begins last is not to be one of them.
   */
  int LONGEST = 1;

  /** Of those that come after them. */
  int LONG = 2;

  /** Of one that looks at what all others have left, and is isolated too. */
  int LAST = Integer.MAX_VALUE;

  /** Where other extensions find the cluster that all of them are on. */
  final class Shared {
    private Shared() {}

    public static KubeCluster cluster(ExtensionContext context) {
      return ClusterExtension.cluster(context);
    }

    /** Classes of tests that this run has begun so far. */
    public static Set<Class<?>> begun() {
      return ClusterExtension.begun();
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/**
 * A pod that serves.
 *
 * @param readySince as its status has it; "" where it does not say
 */
record ClusterPod(String name, String ip, ContainerId container, String readySince) {
  /**
   * One time that a pod was ready. What it said before counts no more after it was not ready:
   * nobody can tell what became of it meanwhile.
   */
  record Readiness(ContainerId container, String since) {}

  Readiness readiness() {
    return new Readiness(container, readySince);
  }
}

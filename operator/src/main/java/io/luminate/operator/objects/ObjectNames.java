// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.luminate.crd.LuminateCluster;

/**
 * What a cluster's objects are called. A cluster's name has at most 40 characters, so the longest
 * of these has 48, of the 52 that a CronJob may have and the 63 of a label.
 *
 * @param cluster its own name, which most of its objects have too
 */
public record ObjectNames(String cluster) {
  /** Of the claim template, so of the volume in pods. */
  static final String DATA = "data";

  public static ObjectNames of(LuminateCluster cluster) {
    return new ObjectNames(cluster.getMetadata().getName());
  }

  /** The ConfigMap with the limits document. */
  public String limits() {
    return cluster + "-limits";
  }

  /** The Secret with the token of the internal port. */
  public String internal() {
    return cluster + "-internal";
  }

  /** The Service that gives pods their names, and Prometheus their addresses. */
  public String headless() {
    return cluster + "-headless";
  }

  /** The CronJob that frees what is past its retention. */
  public String cleanup() {
    return cluster + "-cleanup";
  }

  /** The one pod of a cluster with a volume. */
  public String pod() {
    return cluster + "-0";
  }

  /** The claim of that pod's volume. */
  public String dataClaim() {
    return DATA + "-" + pod();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.crd.LuminateClusterStatus;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What is seen of a cluster, and which conditions differ from those of one with all well, as in
 * {@code Ready=False/Creating Progressing=True/Creating}.
 */
record StatusRow(String name, Observed seen, String differences) {
  static StatusRow row(String name, Consumer<Observed> change, String differences) {
    Observed seen = new Observed();
    change.accept(seen);
    return new StatusRow(name, seen, differences);
  }

  void check() {
    Map<String, String> expected = said(new Observed().status());
    for (String one : differences.split(" ")) {
      expected.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    assertThat(said(seen.status())).isEqualTo(expected);
  }

  /** All conditions by their types, as {@code True/Serving}. */
  static Map<String, String> said(LuminateClusterStatus status) {
    Map<String, String> all = new TreeMap<>();
    status
        .conditions()
        .forEach(one -> all.put(one.type(), Observed.said(status.conditions(), one.type())));
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}

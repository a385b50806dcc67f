// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.IOException;

/**
 * Builds the control plane before the tests need it: those on all of it run where no module can be
 * fetched. Its argument is Surefire's choice of tests; a choice without any of those has nothing to
 * wait for, as one that wants an {@link ApiServer} builds it then.
 */
public final class KubeBinaryMain {
  private static final String SUFFIX = "E2E";

  private KubeBinaryMain() {}

  public static void main(String[] args) throws InterruptedException {
    String choice = args.length == 0 ? "" : args[0];
    // Maven leaves a property that nobody set as it is written.
    if (choice.isEmpty() || choice.startsWith("${") || choice.contains(SUFFIX)) {
      build();
    }
  }

  private static void build() throws InterruptedException {
    try {
      KubeBinary.ofThisTree().get();
    } catch (IOException e) {
      // Not the end: the tests say it again, and are skipped or fail as is right there.
      System.err.println("No Kubernetes to test on: " + e.getMessage());
    }
  }
}

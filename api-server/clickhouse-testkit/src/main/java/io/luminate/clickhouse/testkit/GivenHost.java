// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.util.OptionalLong;

/** A server that somebody else runs. */
final class GivenHost implements ServerHost {
  @Override
  public void start() {
    // It runs.
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public void stop() {
    throw notOurs("stopped");
  }

  @Override
  public void kill() {
    throw notOurs("killed");
  }

  @Override
  public void awaitExit() {
    throw notOurs("watched");
  }

  private static IllegalStateException notOurs(String done) {
    return new IllegalStateException(
        "the server that %s names is not ours: it is not %s; a test that needs that starts its own"
            .formatted(ClickHouse.URL_VARIABLE, done));
  }

  @Override
  public String account() {
    return "the server is named by " + ClickHouse.URL_VARIABLE;
  }

  @Override
  public void close() {
    // It runs on.
  }
}

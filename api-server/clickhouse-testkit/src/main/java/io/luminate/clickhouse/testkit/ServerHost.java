// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.util.OptionalLong;

/** What a server runs in, and what can be done to that from outside. */
sealed interface ServerHost extends AutoCloseable permits ChdbHost, DockerHost, GivenHost {
  /** Begins; does not wait until the server answers. */
  void start();

  boolean isRunning();

  /** Of the process on this machine, where it is one of ours. */
  OptionalLong pid();

  /** In good order, or by force where that takes too long; gone when this returns. */
  void stop();

  /** As {@code kill -9}: nothing is written that was not written. Gone when this returns. */
  void kill();

  /** Returns when the server is gone, whoever ended it. */
  void awaitExit() throws InterruptedException;

  /** Its state and the end of its logs, for the message of whatever failed. */
  String account();

  /** Stopped for good. */
  @Override
  void close();
}

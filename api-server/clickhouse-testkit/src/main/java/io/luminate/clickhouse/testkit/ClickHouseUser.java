// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

/** Who asks. */
public record ClickHouseUser(String name, String password) {
  /** Of the tests themselves: may do everything. */
  static final String ADMIN = "admin";

  /** What Luminate is given: everything but the management of users. */
  static final String LUMINATE = "luminate";

  /** May read and change settings, and nothing else. */
  static final String READER = "luminate_reader";

  /** Without the password, for messages. */
  @Override
  public String toString() {
    return name;
  }
}

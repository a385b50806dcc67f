// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

/** The ports of a server, by number and by the names that objects call them. */
final class Ports {
  static final int API = 8080;
  static final int MANAGEMENT = 8081;
  static final int INTERNAL = 8082;

  static final String API_NAME = "http";
  static final String MANAGEMENT_NAME = "management";
  static final String INTERNAL_NAME = "internal";

  private Ports() {}
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

/** What the schema fills in, as YAML. */
final class Defaults {
  static final String YES = "true";
  static final String NO = "false";
  static final String EMPTY = "{}";

  static final String VOLUME_SIZE = "100Gi";
  static final String DELETION_POLICY = "Retain";
  static final String DATABASE = "luminate";
  static final String USERNAME_KEY = "username";
  static final String PASSWORD_KEY = "password";
  static final String TOKEN_EXPIRY = "24h";
  static final String RETENTION = "30d";
  static final String SHORTENING_GRACE = "24h";
  static final String SERVICE_TYPE = "ClusterIP";
  static final String SCRAPE_INTERVAL = "30s";
  static final String REPLICAS_MIN = "3";
  static final String CPU_PERCENT = "70";

  private Defaults() {}
}

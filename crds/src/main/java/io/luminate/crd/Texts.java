// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

/** Forms of texts, as regular expressions, and rules of CEL about what they mean. */
final class Texts {
  /** Names of Secrets and classes: DNS subdomains. */
  static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";

  static final int OBJECT_NAME_MAX = 253;

  /** Objects that are named after a cluster get endings of up to 22 characters within 63. */
  static final int CLUSTER_NAME_MAX = 40;

  static final String SECRET_KEY = "^[-._a-zA-Z0-9]+$";

  static final String TENANT = "^[A-Za-z0-9._-]{1,128}$";
  static final int TENANT_MAX = 128;

  static final String METRIC_PATTERN = "^[a-zA-Z0-9_*]{1,256}$";
  static final int METRIC_PATTERN_MAX = 256;

  /** A name in ClickHouse, where it stands in statements. */
  static final String IDENTIFIER = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$";

  static final int IDENTIFIER_MAX = 64;

  static final String CLICKHOUSE_ADDRESS =
      "^(https?://)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[!-~]*)?$";

  /** No user's name, no fragment, and nothing that would have to be escaped (RFC 3986). */
  static final String HTTP_URL =
      "^https?://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?"
          + "([/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$";

  static final int URL_MAX = 2048;

  static final String RETENTION = "^[1-9][0-9]{0,5}[hdw]$";
  static final String DURATION = "^[1-9][0-9]{0,8}(ms|s|m|h|d|w)$";
  static final String DURATION_OR_ZERO = "^(0|[1-9][0-9]{0,8})(ms|s|m|h|d|w)$";

  /** Units that CEL's own duration() knows. */
  static final String SHORT_DURATION = "^[1-9][0-9]{0,6}(ms|s|m|h)$";

  /** Of all four; what is longer was meant otherwise. */
  static final int DURATION_MAX = 12;

  static final String SIZE = "^[1-9][0-9]{0,7}(Mi|Gi|Ti)$";
  static final int SIZE_MAX = 12;

  /** The milliseconds of a duration, which CEL's duration() does not tell of days and weeks. */
  static final String MILLIS =
      "int(self.find('^[0-9]+')) * (self.endsWith('ms') ? 1 : self.endsWith('s') ? 1000 :"
          + " self.endsWith('m') ? 60000 : self.endsWith('h') ? 3600000 :"
          + " self.endsWith('d') ? 86400000 : 604800000)";

  /** Rules ask for the form again: what else they ask is an error of CEL where it is another. */
  static final String HOUR_TO_CENTURY =
      "self.matches('" + RETENTION + "') && " + MILLIS + " <= 3153600000000";

  static final String SECOND_TO_CENTURY =
      "self.matches('"
          + DURATION
          + "') && "
          + MILLIS
          + " >= 1000 && "
          + MILLIS
          + " <= 3153600000000";

  static final String AT_MOST_MONTH =
      "self.matches('" + DURATION_OR_ZERO + "') && " + MILLIS + " <= 2592000000";

  static final String HOUR_MAX =
      "self.matches('" + SHORT_DURATION + "') && duration(self) <= duration('1h')";

  static final String SECOND_TO_HOUR = HOUR_MAX + " && duration(self) >= duration('1s')";

  static final String VOLUME =
      "self.matches('"
          + SIZE
          + "') && quantity(self).compareTo(quantity('1Gi')) >= 0"
          + " && quantity(self).compareTo(quantity('64Ti')) <= 0";

  static final String IS_TENANT = "self.matches('" + TENANT + "')";
  static final String IS_METRIC_PATTERN = "self.matches('" + METRIC_PATTERN + "')";

  static final String RETENTION_MESSAGE =
      "must be from 1h to 36500d, a whole number of hours, days or weeks, such as 30d";

  static final String TENANT_MESSAGE = "must be 1 to 128 letters, digits, dots, _ and -";
  static final String METRIC_PATTERN_MESSAGE =
      "must be 1 to 256 letters, digits, _ and *, which is the only wildcard";

  private Texts() {}
}

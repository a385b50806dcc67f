// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

/** Names in a document. Those of limits are those of the resources. */
final class DocumentFields {
  static final String VERSION = "version";
  static final String DEFAULTS = "defaults";
  static final String TENANTS = "tenants";
  static final String RETENTION = "retention";
  static final String DEFAULT = "default";
  static final String POLICIES = "policies";
  static final String NAME = "name";
  static final String TENANT = "tenant";
  static final String METRIC_PATTERN = "metricPattern";
  static final String HELD = "held";
  static final String BYTES_UNTIL = "bytesUntil";

  private DocumentFields() {}
}

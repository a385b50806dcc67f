// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.benchmarks.query;

/** A request with a name that is the same for every database; an empty body makes it a GET. */
public record NamedQuery(QueryName name, String path, String body) {
  static NamedQuery get(QueryName name, String path) {
    return new NamedQuery(name, path, "");
  }
}

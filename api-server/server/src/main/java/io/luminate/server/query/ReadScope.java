// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.query;

import io.luminate.model.Filter;
import io.luminate.model.TenantId;
import java.util.List;
import java.util.Map;

/**
 * Whose data may be read.
 *
 * @param pins dimensions to which every read is held
 */
public record ReadScope(TenantId tenant, Map<String, String> pins) {
  public ReadScope {
    pins = Map.copyOf(pins);
  }

  List<Filter> pinFilters() {
    return pins.entrySet().stream().map(p -> Filter.equal(p.getKey(), p.getValue())).toList();
  }
}

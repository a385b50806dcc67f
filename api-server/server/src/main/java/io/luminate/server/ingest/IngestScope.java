// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.ingest;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;

/**
 * On whose behalf points come in.
 *
 * @param pins dimensions that every point must carry with exactly these values
 */
public record IngestScope(TenantId tenant, Dimensions pins) {
  public static IngestScope of(TenantId tenant) {
    return new IngestScope(tenant, Dimensions.EMPTY);
  }
}

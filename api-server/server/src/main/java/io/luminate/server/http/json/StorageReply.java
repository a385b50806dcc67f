// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.StoreHealth;
import java.io.IOException;

/** How the storage is, in JSON; the same words for everybody who asks. */
public final class StorageReply {
  private StorageReply() {}

  /** As the store knows it: nobody waits for a database. */
  public static StoreHealth health(MetricsStore store) {
    try {
      return store.health();
    } catch (StoreException e) {
      return new StoreHealth.Unhealthy(String.valueOf(e.getMessage()), false);
    }
  }

  /** Its status, and why it is not healthy, as fields of the object that is being written. */
  public static void fields(JsonGenerator json, StoreHealth health) throws IOException {
    switch (health) {
      case StoreHealth.Healthy _ -> json.writeStringField("status", "healthy");
      case StoreHealth.Unhealthy bad -> {
        json.writeStringField("status", bad.readable() ? "read_only" : "unavailable");
        json.writeStringField("error", bad.error());
      }
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** A delete that is in force; its bytes may still have to be freed. */
public record DeleteReceipt(String operationId, Status status) {
  public enum Status {
    /** Invisible already, bytes are still being freed. */
    RUNNING,
    DONE
  }
}

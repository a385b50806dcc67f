// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.luminate.operator.status.Reason.Telling;

/**
 * What people are told of a resource.
 *
 * @param action what the operator was at: the type of the condition that changed
 */
record Telltale(Reason reason, String action, String note) {
  /** As it stands in an event. */
  String type() {
    return reason.telling() == Telling.WARNING ? "Warning" : "Normal";
  }
}

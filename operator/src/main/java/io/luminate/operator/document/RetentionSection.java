// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

import java.util.List;

/**
 * All that a document says about retention.
 *
 * @param held in their order, none of which covers another
 */
record RetentionSection(RetentionRules rules, List<RetentionHold> held) {
  RetentionSection {
    held = List.copyOf(held);
  }
}

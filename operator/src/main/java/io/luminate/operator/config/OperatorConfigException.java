// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.config;

import java.util.List;

/** The operator cannot start with this environment. */
public final class OperatorConfigException extends Exception {
  private static final long serialVersionUID = 1;

  OperatorConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }
}

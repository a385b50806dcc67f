// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

/** The metric had no series and was taken away after it was found: it is to be asked for again. */
public final class ForgottenMetricException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ForgottenMetricException(String message) {
    super(message, null, false, false);
  }
}

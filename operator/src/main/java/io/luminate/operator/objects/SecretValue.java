// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.luminate.crd.SecretKeyRef;

/** A value of a person's Secret that pods need. */
public record SecretValue(String secret, String key) {
  static SecretValue of(SecretKeyRef ref) {
    return new SecretValue(ref.name(), ref.key());
  }
}

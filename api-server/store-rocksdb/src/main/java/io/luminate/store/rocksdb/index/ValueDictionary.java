// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.index;

/** The values of one dimension key, numbered by codes from 1. Code 0 stands for {@code ""}. */
public interface ValueDictionary {
  /** Greatest code in use. Only grows. */
  int size();

  /** 0 if the value is unknown. */
  int codeOf(String value);

  String value(int code);

  /** Compares two values by their UTF-8 bytes, unsigned. */
  int compare(int codeA, int codeB);

  boolean startsWith(int code, String prefix);
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.index.ValueDictionary;

/** The dictionary of a key that no series has. */
record NoValues() implements ValueDictionary {
  @Override
  public int size() {
    return 0;
  }

  @Override
  public int codeOf(String value) {
    return 0;
  }

  @Override
  public String value(int code) {
    return "";
  }

  @Override
  public int compare(int codeA, int codeB) {
    return 0;
  }

  @Override
  public boolean startsWith(int code, String prefix) {
    return prefix.isEmpty();
  }
}

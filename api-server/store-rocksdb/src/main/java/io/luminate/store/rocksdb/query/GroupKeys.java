// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import io.luminate.store.rocksdb.index.ValueDictionary;
import java.util.ArrayList;
import java.util.List;

/** What groups are called: the code of every grouped dimension, and strings for those returned. */
final class GroupKeys {
  /** How a group number says its codes. */
  sealed interface Codes {
    int code(int group, int keyIndex);
  }

  /** Group = mixed-radix number of its codes; the last key counts single steps. */
  @SuppressWarnings("ArrayRecordComponent")
  record Radix(int[] sizes, int[] strides) implements Codes {
    @Override
    public int code(int group, int keyIndex) {
      return group / strides[keyIndex] % sizes[keyIndex];
    }
  }

  /**
   * Groups numbered by appearance: the codes of each key by group. They are those by which the
   * group was formed, as series without points may become others meanwhile.
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Listed(int[][] codes) implements Codes {
    @Override
    public int code(int group, int keyIndex) {
      return codes[keyIndex][group];
    }
  }

  private final List<ValueDictionary> dictionaries;
  private final Codes codes;

  GroupKeys(List<ValueDictionary> dictionaries, Codes codes) {
    this.dictionaries = List.copyOf(dictionaries);
    this.codes = codes;
  }

  int code(int group, int keyIndex) {
    return codes.code(group, keyIndex);
  }

  /** Whether the number of a group is the code of its one key. */
  boolean areCodes() {
    return codes instanceof Radix && dictionaries.size() == 1;
  }

  /** By the UTF-8 bytes of the first value that differs. */
  int compare(int groupA, int groupB) {
    for (int i = 0; i < dictionaries.size(); i++) {
      int codeA = codes.code(groupA, i);
      int codeB = codes.code(groupB, i);
      int order = codeA == codeB ? 0 : dictionaries.get(i).compare(codeA, codeB);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  List<String> strings(int group) {
    List<String> strings = new ArrayList<>(dictionaries.size());
    for (int i = 0; i < dictionaries.size(); i++) {
      int code = codes.code(group, i);
      strings.add(code == 0 ? "" : dictionaries.get(i).value(code));
    }
    return strings;
  }
}

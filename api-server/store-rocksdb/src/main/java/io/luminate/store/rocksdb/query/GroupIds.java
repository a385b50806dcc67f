// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.query;

import java.util.Arrays;

/** Numbers distinct longs in the order of their first appearance. Open addressing, half full. */
final class GroupIds {
  private static final int EMPTY = -1;

  private long[] keys = new long[1024];
  private int[] ids = new int[1024];
  private int size;

  GroupIds() {
    Arrays.fill(ids, EMPTY);
  }

  int size() {
    return size;
  }

  /** The longs by their numbers. */
  long[] inOrder() {
    long[] inOrder = new long[size];
    for (int at = 0; at < keys.length; at++) {
      if (ids[at] != EMPTY) {
        inOrder[ids[at]] = keys[at];
      }
    }
    return inOrder;
  }

  int idOf(long key) {
    int at = find(keys, ids, key);
    if (ids[at] != EMPTY) {
      return ids[at];
    }
    keys[at] = key;
    ids[at] = size++;
    int id = ids[at];
    if (size * 2 > keys.length) {
      grow();
    }
    return id;
  }

  private static int find(long[] keys, int[] ids, long key) {
    int mask = keys.length - 1;
    int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    while (ids[at] != EMPTY && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] newKeys = new long[keys.length * 2];
    int[] newIds = new int[newKeys.length];
    Arrays.fill(newIds, EMPTY);
    for (int i = 0; i < keys.length; i++) {
      if (ids[i] != EMPTY) {
        int at = find(newKeys, newIds, keys[i]);
        newKeys[at] = keys[i];
        newIds[at] = ids[i];
      }
    }
    keys = newKeys;
    ids = newIds;
  }
}

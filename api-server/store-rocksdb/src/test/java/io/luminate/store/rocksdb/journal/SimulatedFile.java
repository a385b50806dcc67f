// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Content of a simulated file: what readers see, what the platter holds, and for each sector that
 * was written since it was last forced every content it had, as any of them may reach the platter.
 */
final class SimulatedFile {
  static final int SECTOR_BYTES = 512;

  byte[] visible;
  byte[] durable;
  private final TreeMap<Integer, List<byte[]>> pending = new TreeMap<>();

  SimulatedFile(int sizeBytes) {
    visible = new byte[sizeBytes];
    durable = new byte[sizeBytes];
  }

  void write(byte[] bytes, int count, int position) {
    int end = position + count;
    if (end > visible.length) {
      visible = Arrays.copyOf(visible, end);
      durable = Arrays.copyOf(durable, end);
    }
    System.arraycopy(bytes, 0, visible, position, count);
    for (int sector = position / SECTOR_BYTES; sector * SECTOR_BYTES < end; sector++) {
      pending.computeIfAbsent(sector, key -> new ArrayList<>()).add(sector(visible, sector));
    }
  }

  void force() {
    pending.forEach((sector, versions) -> persist(sector, versions.getLast()));
    pending.clear();
  }

  /** Any version of each sector reaches the platter, and none counts as unwritten any more. */
  void losePending(Random random) {
    for (Map.Entry<Integer, List<byte[]>> entry : pending.entrySet()) {
      List<byte[]> versions = entry.getValue();
      int choice = random.nextInt(versions.size() + 1);
      if (choice > 0) {
        persist(entry.getKey(), versions.get(choice - 1));
      }
    }
    pending.clear();
  }

  /** Inverts one bit wherever the byte is: for readers, on the platter and on the way to it. */
  void flipBit(int offset) {
    visible[offset] ^= 0x10;
    durable[offset] ^= 0x10;
    int sector = offset / SECTOR_BYTES;
    for (byte[] version : pending.getOrDefault(sector, List.of())) {
      version[offset - sector * SECTOR_BYTES] ^= 0x10;
    }
  }

  private static byte[] sector(byte[] content, int sector) {
    int from = sector * SECTOR_BYTES;
    return Arrays.copyOfRange(content, from, Math.min(content.length, from + SECTOR_BYTES));
  }

  private void persist(int sector, byte[] bytes) {
    System.arraycopy(bytes, 0, durable, sector * SECTOR_BYTES, bytes.length);
  }

  SimulatedFile afterPowerLoss(Random random) {
    losePending(random);
    SimulatedFile copy = new SimulatedFile(0);
    copy.visible = durable.clone();
    copy.durable = durable.clone();
    return copy;
  }
}

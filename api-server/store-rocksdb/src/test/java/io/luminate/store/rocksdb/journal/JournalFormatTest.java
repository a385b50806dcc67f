// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Bytes of format version 1, computed apart from this code: they must stay readable. */
class JournalFormatTest {
  private static final FileId FILE = new FileId(1, 0x00c0ffee);

  /** A group of two frames, then one with an empty payload. */
  private static final String VERSION_1 =
      """
      4c554a31050000000100000000000000010000000000000050a13e8a749aad1a
      6669727374000000
      4c554a310800000002000000000000000100000001000000353033f8cc6da753
      7365636f6e642121
      4c554a3100000000030000000000000001000000000000000000000015e865e3
      """;

  @Test
  void open_version1_isRead() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    try (DiskFile file = disk.create(FILE.fileName(), 4096)) {
      file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes())}, 0);
    }
    JournalOptions options =
        JournalOptions.DEFAULTS.withDrive(JournalDrive.INLINE).withSizes(4096, 2048, 2000, 1 << 20);
    RecordingVisitor found = new RecordingVisitor();
    Journal.open(disk, options, found, (seq, entry) -> {}).close();
    assertThat(found.frames.keySet()).containsExactly(1L, 2L, 3L);
    assertThat(new String(found.frames.get(1L), US_ASCII)).isEqualTo("first");
    assertThat(new String(found.frames.get(2L), US_ASCII)).isEqualTo("second!!");
    assertThat(found.frames.get(3L)).isEmpty();
    assertThat(found.corruptions).isEmpty();
    assertThat(found.tornTails).isEmpty();
  }

  @Test
  void layOut_isVersion1() {
    GroupBuffers buffers = new GroupBuffers(2048);
    List<ByteBuffer> written = new ArrayList<>();
    for (ByteBuffer part :
        buffers.layOut(List.of(pending("first"), pending("second!!")), FILE, 1)) {
      written.add(ByteBuffer.allocate(part.remaining()).put(part).flip());
    }
    for (ByteBuffer part : buffers.layOut(List.of(pending("")), FILE, 3)) {
      written.add(ByteBuffer.allocate(part.remaining()).put(part).flip());
    }
    ByteBuffer all = ByteBuffer.allocate(bytes().length);
    written.forEach(all::put);
    assertThat(all.array()).isEqualTo(bytes());
  }

  private static PendingAppend pending(String text) {
    ByteBuffer payload = ByteBuffer.wrap(text.getBytes(US_ASCII));
    int crc = FrameHeader.crc32c(payload.duplicate());
    return new PendingAppend(() -> payload, payload, crc, new CompletableFuture<>());
  }

  private static byte[] bytes() {
    return HexFormat.of().parseHex(VERSION_1.replaceAll("\\s", ""));
  }
}

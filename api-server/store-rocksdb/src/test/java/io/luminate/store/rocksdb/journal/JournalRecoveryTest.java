// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What opening a damaged journal finds. */
class JournalRecoveryTest {
  private static final int PAYLOAD_BYTES = 100;
  private static final int FRAMED_BYTES = 136;

  private static final JournalOptions OPTIONS =
      JournalOptions.DEFAULTS.withDrive(JournalDrive.INLINE).withSizes(4096, 2048, 2000, 1 << 20);

  /** Frames of 136 bytes that fit in a file of 4096. */
  private static final int FRAMES_PER_FILE = 30;

  private SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void open_emptyFolder_startsAtOne() throws Exception {
    try (Journal journal = open(new RecordingVisitor())) {
      assertThat(journal.lastSeq()).isZero();
      assertThat(append(journal)).isEqualTo(1);
    }
  }

  @Test
  void open_severalFiles_replaysAllInOrder() throws Exception {
    write(100);
    RecordingVisitor found = reopened();
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqs(1, 100));
    assertThat(found.corruptions).isEmpty();
  }

  @Test
  void open_flippedPayloadByteInTheMiddle_isNamedAndTheRestIsRead() throws Exception {
    write(20);
    disk.flipBit(journalFile(0), 4 * FRAMED_BYTES + FrameHeader.BYTES + 50);
    RecordingVisitor found = reopened();
    assertThat(found.corruptions)
        .containsExactly(
            new JournalCorruption(journalFile(0), 4 * FRAMED_BYTES, FRAMED_BYTES, 5, 5));
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqsWithout(1, 20, 5));
  }

  @Test
  void open_flippedHeaderByteInTheMiddle_isNamedAndTheRestIsRead() throws Exception {
    write(20);
    disk.flipBit(journalFile(0), 4 * FRAMED_BYTES + 9);
    RecordingVisitor found = reopened();
    assertThat(found.corruptions)
        .containsExactly(
            new JournalCorruption(journalFile(0), 4 * FRAMED_BYTES, FRAMED_BYTES, 5, 5));
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqsWithout(1, 20, 5));
    assertThat(found.corruptions.getFirst().message())
        .isEqualTo(
            "journal file %s is corrupt at offset 544: 136 bytes skipped, frames 5 to 5 are lost"
                .formatted(journalFile(0)));
  }

  @Test
  void open_flippedByteInTheFirstFrame_isNamed() throws Exception {
    write(5);
    disk.flipBit(journalFile(0), 0);
    RecordingVisitor found = reopened();
    assertThat(found.corruptions)
        .containsExactly(new JournalCorruption(journalFile(0), 0, FRAMED_BYTES, 1, 1));
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqs(2, 5));
  }

  @Test
  void open_flippedByteInTheLastFrameOfAFullFile_isNamed() throws Exception {
    write(FRAMES_PER_FILE + 3);
    int offset = (FRAMES_PER_FILE - 1) * FRAMED_BYTES;
    disk.flipBit(journalFile(0), offset);
    RecordingVisitor found = reopened();
    assertThat(found.corruptions)
        .containsExactly(
            new JournalCorruption(
                journalFile(0), offset, 4096 - offset, FRAMES_PER_FILE, FRAMES_PER_FILE));
    assertThat(found.frames.keySet())
        .containsExactlyElementsOf(seqsWithout(1, FRAMES_PER_FILE + 3, FRAMES_PER_FILE));
  }

  @Test
  void open_flippedByteInTheVeryLastFrame_isATornTail() throws Exception {
    write(20);
    disk.flipBit(journalFile(0), 19 * FRAMED_BYTES + FrameHeader.BYTES + 50);
    RecordingVisitor found = reopened();
    assertThat(found.corruptions).isEmpty();
    assertThat(found.tornTails)
        .containsExactly(new JournalTornTail(journalFile(0), 19 * FRAMED_BYTES, 1));
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqs(1, 19));
  }

  @Test
  void open_tornGroup_dropsItsRestAndGivesTheSeqsAnew() throws Exception {
    writeGroupOf(3);
    disk.flipBit(journalFile(0), FRAMED_BYTES);
    RecordingVisitor found = reopenedAndAppended();
    assertThat(found.frames.keySet()).containsExactly(1L);
    assertThat(found.tornTails)
        .containsExactly(new JournalTornTail(journalFile(0), FRAMED_BYTES, 1));
    RecordingVisitor again = reopened();
    assertThat(again.frames.keySet()).containsExactly(1L, 2L);
    assertThat(again.tornTails).isEmpty();
  }

  @Test
  void open_corruptionThenAppends_staysReadable() throws Exception {
    write(10);
    disk.flipBit(journalFile(0), 4 * FRAMED_BYTES + 9);
    reopenedAndAppended();
    RecordingVisitor found = reopened();
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqsWithout(1, 11, 5));
    assertThat(found.corruptions).hasSize(1);
  }

  @Test
  void open_corruptionBelowTheFirstWanted_isOfNoInterest() throws Exception {
    write(20);
    disk.flipBit(journalFile(0), 4 * FRAMED_BYTES + 9);
    RecordingVisitor found = reopened(new RecordingVisitor(8));
    assertThat(found.corruptions).isEmpty();
    assertThat(found.frames.keySet()).containsExactlyElementsOf(seqs(8, 20));
  }

  @Test
  void open_missingFile_isNamed() throws Exception {
    write(3 * FRAMES_PER_FILE);
    disk.delete(journalFile(1));
    RecordingVisitor found = reopened();
    assertThat(found.corruptions).hasSize(1);
    assertThat(found.corruptions.getFirst().seqFirst()).isEqualTo(FRAMES_PER_FILE + 1);
    assertThat(found.corruptions.getFirst().seqLast()).isEqualTo(2 * FRAMES_PER_FILE);
  }

  @Test
  void open_wantedFromALaterFile_passesOverOlderOnes() throws Exception {
    write(3 * FRAMES_PER_FILE);
    disk.flipBit(journalFile(0), 0);
    RecordingVisitor found = reopened(new RecordingVisitor(2 * FRAMES_PER_FILE + 5));
    assertThat(found.corruptions).isEmpty();
    assertThat(found.frames.keySet())
        .containsExactlyElementsOf(seqs(2 * FRAMES_PER_FILE + 5, 3 * FRAMES_PER_FILE));
  }

  @Test
  void open_knownBeyondTheLastFrame_isNamedAndGoesOnBehindIt() throws Exception {
    write(5);
    long endBytes = 5 * FRAMED_BYTES;
    RecordingVisitor found = new RecordingVisitor(3, 9);
    try (Journal journal = open(found)) {
      assertThat(found.corruptions)
          .containsExactly(new JournalCorruption(journalFile(0), endBytes, 0, 6, 9));
      assertThat(append(journal)).isEqualTo(10);
    }
    RecordingVisitor again = reopened(new RecordingVisitor(3, 10));
    assertThat(again.corruptions).isEqualTo(found.corruptions);
    assertThat(again.frames.keySet()).containsExactly(3L, 4L, 5L, 10L);
    assertThat(again.corruptions.getFirst().message())
        .isEqualTo(
            "journal file %s lacks frames 6 to 9 at offset 680: they are lost without a trace"
                .formatted(journalFile(0)));
  }

  @Test
  void open_knownBeyondNothing_isNamed() throws Exception {
    RecordingVisitor found = new RecordingVisitor(3, 9);
    try (Journal journal = open(found)) {
      assertThat(found.corruptions)
          .containsExactly(new JournalCorruption("journal-*.log", 0, 0, 3, 9));
      assertThat(append(journal)).isEqualTo(10);
    }
  }

  @Test
  void open_knownFrameIsCorruptAndTheLast_isNoTornTail() throws Exception {
    write(20);
    int offset = 19 * FRAMED_BYTES;
    disk.flipBit(journalFile(0), offset + FrameHeader.BYTES + 50);
    RecordingVisitor found = reopened(new RecordingVisitor(1, 20));
    assertThat(found.tornTails).isEmpty();
    assertThat(found.corruptions)
        .containsExactly(new JournalCorruption(journalFile(0), offset, FRAMED_BYTES, 20, 20));
  }

  @Test
  void open_firstFileIsGone_isNamed() throws Exception {
    write(2 * FRAMES_PER_FILE);
    disk.delete(journalFile(0));
    RecordingVisitor found = reopened();
    assertThat(found.corruptions)
        .containsExactly(new JournalCorruption(journalFile(0), 0, 0, 1, FRAMES_PER_FILE));
  }

  @Test
  void open_wantedBeyondTheLastFrame_continuesThere() throws Exception {
    write(5);
    disk = disk.restart();
    try (Journal journal = open(new RecordingVisitor(50))) {
      assertThat(journal.lastSeq()).isEqualTo(49);
      assertThat(append(journal)).isEqualTo(50);
    }
    RecordingVisitor found = reopened(new RecordingVisitor(50));
    assertThat(found.corruptions).isEmpty();
    assertThat(found.frames.keySet()).containsExactly(50L);
  }

  /**
   * The frames of a refused write are wiped in memory, and the force of that fails: the platter may
   * hold them still, behind what the next process writes.
   */
  @ParameterizedTest
  @EnumSource(Durability.class)
  void open_wipeWasNotForced_refusedFramesStayGone(Durability durability) throws Exception {
    for (int seed = 1; seed <= 20; seed++) {
      disk = new SimulatedDisk(seed);
      refuseAGroup(durability);
      disk = disk.restart();
      JournalOptions options = OPTIONS.withDurability(durability);
      try (Journal journal = Journal.open(disk, options, new RecordingVisitor(), (s, e) -> {})) {
        journal.append(JournalRecoveryTest::sectorPayload).join();
      }
      disk = disk.crash();
      RecordingVisitor found = reopened();
      assertThat(found.frames.keySet()).as("seed %d", seed).isSubsetOf(1L, 2L);
    }
  }

  private void refuseAGroup(Durability durability) throws Exception {
    JournalOptions manual = OPTIONS.withDurability(durability).withDrive(JournalDrive.MANUAL);
    Journal journal = Journal.open(disk, manual, new RecordingVisitor(), (s, e) -> {});
    journal.append(JournalRecoveryTest::sectorPayload);
    journal.runOnce();
    disk.failWrites(1);
    for (int i = 0; i < 4; i++) {
      journal.append(JournalRecoveryTest::sectorPayload);
    }
    journal.runOnce();
    disk.failForces(1);
    journal.append(JournalRecoveryTest::sectorPayload);
    journal.runOnce();
    assertThat(journal.failed()).isTrue();
  }

  /** Its frame fills a sector. */
  private static ByteBuffer sectorPayload() {
    return ByteBuffer.allocate(SimulatedFile.SECTOR_BYTES - FrameHeader.BYTES);
  }

  /** A client knows the format, not the salt. */
  @Test
  void open_frameForgedInsideAPayload_isNotBelieved() throws Exception {
    try (Journal journal = open(new RecordingVisitor())) {
      append(journal);
      ByteBuffer forged = ByteBuffer.allocate(PAYLOAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      int emptyCrc = FrameHeader.crc32c(ByteBuffer.allocate(0));
      new FrameHeader(0, 9, 1, 0, emptyCrc).put(forged, 0);
      journal.append(forged::rewind).join();
    }
    disk.flipBit(journalFile(0), FRAMED_BYTES);
    RecordingVisitor found = reopened();
    assertThat(found.frames.keySet()).containsExactly(1L);
    assertThat(found.corruptions).isEmpty();
  }

  @Test
  void open_foreignFiles_areLeftAlone() throws Exception {
    disk.create("notes.txt", 10).close();
    write(3);
    reopened();
    assertThat(disk.list()).contains("notes.txt");
  }

  private void write(int frames) throws Exception {
    try (Journal journal = open(new RecordingVisitor())) {
      for (int i = 0; i < frames; i++) {
        append(journal);
      }
    }
    disk = disk.restart();
  }

  private void writeGroupOf(int frames) throws Exception {
    JournalOptions manual = OPTIONS.withDrive(JournalDrive.MANUAL);
    try (Journal journal = Journal.open(disk, manual, new RecordingVisitor(), (s, e) -> {})) {
      for (int i = 0; i < frames; i++) {
        journal.append(JournalRecoveryTest::payload);
      }
      assertThat(journal.runOnce()).isTrue();
      assertThat(journal.stats().groups()).isEqualTo(1);
    }
    disk = disk.restart();
  }

  private RecordingVisitor reopened() throws IOException {
    return reopened(new RecordingVisitor());
  }

  private RecordingVisitor reopened(RecordingVisitor visitor) throws IOException {
    disk = disk.restart();
    open(visitor).close();
    return visitor;
  }

  private RecordingVisitor reopenedAndAppended() throws Exception {
    RecordingVisitor visitor = new RecordingVisitor();
    disk = disk.restart();
    try (Journal journal = open(visitor)) {
      append(journal);
    }
    return visitor;
  }

  private Journal open(RecordingVisitor visitor) throws IOException {
    return Journal.open(disk, OPTIONS, visitor, (seq, entry) -> {});
  }

  private static long append(Journal journal) throws InterruptedException {
    return journal.append(JournalRecoveryTest::payload).join();
  }

  private static ByteBuffer payload() {
    return ByteBuffer.allocate(PAYLOAD_BYTES);
  }

  private String journalFile(int index) {
    List<String> names = new ArrayList<>(disk.list());
    names.removeIf(name -> FileId.parse(name).isEmpty());
    return names.get(index);
  }

  private static List<Long> seqs(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static List<Long> seqsWithout(long first, long last, long missing) {
    return LongStream.rangeClosed(first, last).filter(seq -> seq != missing).boxed().toList();
  }
}

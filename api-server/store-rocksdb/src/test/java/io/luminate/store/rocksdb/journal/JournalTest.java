// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What appending, failing, releasing and closing do, on a simulated disk. */
class JournalTest {
  private static final JournalOptions INLINE =
      JournalOptions.DEFAULTS.withDrive(JournalDrive.INLINE).withSizes(4096, 2048, 2000, 10_000);

  private static final JournalOptions MANUAL = INLINE.withDrive(JournalDrive.MANUAL);

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final List<Long> applied = new ArrayList<>();

  @Test
  void append_severalQueued_areOneGroup() throws Exception {
    Journal journal = open(MANUAL);
    CompletableFuture<Long> first = journal.append(entry(100));
    CompletableFuture<Long> second = journal.append(entry(0));
    assertThat(first).isNotDone();
    assertThat(journal.runOnce()).isTrue();
    assertThat(first).isCompletedWithValue(1L);
    assertThat(second).isCompletedWithValue(2L);
    assertThat(applied).containsExactly(1L, 2L);
    assertThat(journal.stats().groups()).isEqualTo(1);
    assertThat(journal.sizeBytes()).isEqualTo(136 + 32);
    assertThat(journal.runOnce()).isFalse();
  }

  @Test
  void append_groupAboveItsLimit_isSplit() throws Exception {
    Journal journal = open(MANUAL);
    for (int i = 0; i < 5; i++) {
      journal.append(entry(900));
    }
    journal.runOnce();
    assertThat(journal.lastSeq()).isEqualTo(2);
  }

  @Test
  void append_tooLarge_namesSizeAndLimit() throws Exception {
    Journal journal = open(INLINE);
    assertThatThrownBy(() -> journal.append(entry(2001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the payload has 2001 bytes, payloadBytesMax is 2000");
  }

  @Test
  void append_queueFull_isRefusedForNow() throws Exception {
    Journal journal = open(MANUAL);
    for (int i = 0; i < 5; i++) {
      journal.append(entry(2000));
    }
    assertThat(failure(journal.append(entry(1))))
        .isInstanceOf(JournalOverloadedException.class)
        .hasMessageContaining("10000");
    journal.runOnce();
    assertThat(journal.append(entry(1))).isNotDone();
  }

  @Test
  void append_writeFails_goesOnAtTheSamePlace() throws Exception {
    Journal journal = open(INLINE);
    append(journal);
    disk.failWrites(1);
    JournalException refused = failure(journal.append(entry(100)));
    assertThat(refused).isInstanceOf(JournalWriteException.class);
    assertThat(refused.retryable()).isTrue();
    assertThat(refused).hasMessageContainingAll("journal-00000001", "offset 136", "No space");
    assertThat(append(journal)).isEqualTo(2);
    assertThat(journal.sizeBytes()).isEqualTo(272);
    assertThat(journal.stats().failedGroups()).isEqualTo(1);
  }

  @Test
  void append_forceFails_endsTheJournal() throws Exception {
    Journal journal = open(INLINE);
    append(journal);
    disk.failForces(1);
    JournalException failed = failure(journal.append(entry(100)));
    assertThat(failed).isInstanceOf(JournalFailedException.class);
    assertThat(failed.retryable()).isFalse();
    assertThat(journal.failed()).isTrue();
    assertThat(failure(journal.append(entry(100)))).isInstanceOf(JournalFailedException.class);
    assertThat(applied).containsExactly(1L);
  }

  @Test
  void append_forceFails_failsWhatIsQueued() throws Exception {
    Journal journal = open(MANUAL);
    List<CompletableFuture<Long>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(journal.append(entry(1500)));
    }
    disk.failForces(1);
    while (journal.runOnce()) {
      assertThat(journal.failed()).isTrue();
    }
    assertThat(all).allSatisfy(done -> assertThat(done).isCompletedExceptionally());
    assertThat(applied).isEmpty();
  }

  @Test
  void append_directorySyncFails_endsTheJournal() throws Exception {
    Journal journal = open(INLINE);
    disk.failSyncs(Integer.MAX_VALUE);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                append(journal);
              }
            })
        .hasCauseInstanceOf(JournalFailedException.class);
    assertThat(journal.failed()).isTrue();
  }

  @Test
  void append_diskFull_goesOnWhenSpaceReturns() throws Exception {
    Journal journal = open(INLINE);
    disk.capacityBytes(2 * 4096);
    CompletableFuture<Long> last = journal.append(entry(1000));
    while (!last.isCompletedExceptionally()) {
      last = journal.append(entry(1000));
    }
    assertThat(failure(last)).isInstanceOf(JournalWriteException.class);
    long before = journal.lastSeq();
    assertThat(failure(journal.append(entry(1000)))).isInstanceOf(JournalWriteException.class);
    disk.capacityBytes(100 * 4096);
    assertThat(journal.append(entry(1000)).join()).isEqualTo(before + 1);
  }

  @Test
  void applied_throws_endsTheJournal() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    Journal journal =
        Journal.open(
            disk,
            INLINE,
            new RecordingVisitor(),
            (seq, entry) -> {
              throw bug;
            });
    assertThat(failure(journal.append(entry(1))))
        .isInstanceOf(JournalFailedException.class)
        .hasCause(bug);
    assertThat(journal.failed()).isTrue();
  }

  @Test
  void runAtBoundary_seesWhatWasApplied() throws Exception {
    Journal journal = open(MANUAL);
    journal.append(entry(1));
    List<Long> seen = new ArrayList<>();
    CompletableFuture<Void> done = journal.runAtBoundary(() -> seen.add(journal.lastSeq()));
    assertThat(done).isNotDone();
    journal.runOnce();
    assertThat(done).isCompleted();
    assertThat(seen).containsExactly(1L);
  }

  @Test
  void runAtBoundary_throws_tellsItsFutureOnly() throws Exception {
    Journal journal = open(INLINE);
    CompletableFuture<Void> done =
        journal.runAtBoundary(
            () -> {
              throw new IllegalStateException("bug");
            });
    assertThat(done).isCompletedExceptionally();
    assertThat(append(journal)).isEqualTo(1);
  }

  @Test
  void runAtBoundary_afterFailure_stillRuns() throws Exception {
    Journal journal = open(INLINE);
    disk.failForces(1);
    failure(journal.append(entry(1)));
    assertThat(journal.runAtBoundary(() -> applied.add(-1L))).isCompleted();
    assertThat(applied).containsExactly(-1L);
  }

  @Test
  void releaseThrough_recyclesFilesAndBoundsSpares() throws Exception {
    Journal journal = open(INLINE);
    for (int i = 0; i < 500; i++) {
      append(journal);
    }
    assertThat(disk.list()).hasSizeGreaterThan(15);
    journal.releaseThrough(journal.lastSeq());
    assertThat(disk.list().stream().filter(name -> FileId.parse(name).isPresent())).hasSize(2);
    assertThat(disk.list()).hasSizeLessThanOrEqualTo(3);
    assertThat(journal.sizeBytes()).isLessThanOrEqualTo(4096).isPositive();
  }

  @Test
  void diskBytes_areThoseOfAllFiles() throws Exception {
    Journal journal = open(INLINE);
    for (int i = 0; i < 500; i++) {
      append(journal);
      assertThat(journal.diskBytes()).isEqualTo(4096L * disk.list().size());
      if (i % 100 == 99) {
        journal.releaseThrough(journal.lastSeq());
        assertThat(journal.diskBytes()).isEqualTo(4096L * disk.list().size());
      }
    }
    Journal again =
        Journal.open(disk.restart(), INLINE, new RecordingVisitor(1), (seq, entry) -> {});
    assertThat(again.diskBytes()).isEqualTo(4096L * disk.restart().list().size());
  }

  @Test
  void releaseThrough_keepsFilesWithLaterFrames() throws Exception {
    Journal journal = open(INLINE);
    for (int i = 0; i < 90; i++) {
      append(journal);
    }
    journal.releaseThrough(59);
    RecordingVisitor found = new RecordingVisitor(31);
    Journal.open(disk.restart(), INLINE, found, (seq, entry) -> {}).close();
    assertThat(found.frames.firstKey()).isEqualTo(31);
    assertThat(found.corruptions).isEmpty();
  }

  @Test
  void close_writesWhatIsQueued() throws Exception {
    Journal journal = open(MANUAL);
    CompletableFuture<Long> done = journal.append(entry(10));
    journal.close();
    journal.close();
    assertThat(done).isCompletedWithValue(1L);
    assertThat(failure(journal.append(entry(1)))).isInstanceOf(JournalClosedException.class);
    assertThat(journal.runAtBoundary(() -> {})).isCompletedExceptionally();
  }

  @Test
  void open_futureFileSizes_areTakenOver() throws Exception {
    Journal journal = open(INLINE);
    for (int i = 0; i < 50; i++) {
      append(journal);
    }
    journal.close();
    RecordingVisitor found = new RecordingVisitor();
    JournalOptions larger = INLINE.withSizes(8192, 2048, 2000, 10_000);
    Journal reopened = Journal.open(disk.restart(), larger, found, (seq, entry) -> {});
    for (int i = 0; i < 100; i++) {
      append(reopened);
    }
    assertThat(found.frames).hasSize(50);
    assertThat(reopened.lastSeq()).isEqualTo(150);
  }

  @Test
  void options_outsideTheirLimits_nameFieldLimitAndValue() {
    assertThatThrownBy(() -> INLINE.withWaits(Duration.ZERO, Duration.ZERO, Duration.ofMillis(3)))
        .hasMessage("linger must be 0 to 2 ms, but is PT0.003S");
    assertThatThrownBy(() -> INLINE.withSizes(5000, 1, 1, 1)).hasMessageContaining("5000");
    assertThatThrownBy(() -> INLINE.withSizes(4096, 1, 4096, 1 << 20))
        .hasMessageContaining("fileBytes must be payloadBytesMax + 64 or more");
  }

  private Journal open(JournalOptions options) throws IOException {
    return Journal.open(disk, options, new RecordingVisitor(), (seq, entry) -> applied.add(seq));
  }

  private static long append(Journal journal) throws InterruptedException {
    return journal.append(entry(100)).join();
  }

  private static JournalEntry entry(int bytes) {
    return () -> ByteBuffer.allocate(bytes);
  }

  private static JournalException failure(CompletableFuture<Long> done) {
    assertThat(done).isCompletedExceptionally();
    try {
      done.join();
      throw new AssertionError("the append succeeded");
    } catch (CompletionException e) {
      return (JournalException) e.getCause();
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.rocksdb.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real disk, and the journal with its threads on it. */
class FileSystemJournalTest {
  private static final int WRITERS = 4;
  private static final int FRAMES_PER_WRITER = 400;

  private static final JournalOptions OPTIONS =
      JournalOptions.DEFAULTS.withSizes(1 << 20, 256 << 10, 128 << 10, 1 << 20);

  @TempDir Path folder;

  @Test
  void append_concurrentWriters_allAreReplayedOnceInOrder() throws Exception {
    List<Long> applied = new ArrayList<>();
    AtomicLong released = new AtomicLong();
    try (Journal journal = open(new RecordingVisitor(), applied)) {
      runWriters(journal, released);
      assertThat(journal.lastSeq()).isEqualTo(WRITERS * FRAMES_PER_WRITER);
    }
    assertThat(applied).hasSize(WRITERS * FRAMES_PER_WRITER).isSorted().doesNotHaveDuplicates();
    RecordingVisitor found = new RecordingVisitor(released.get() + 1);
    open(found, applied).close();
    assertThat(found.corruptions).isEmpty();
    assertThat(found.frames).hasSize((int) (applied.getLast() - released.get()));
    found.frames.values().forEach(FileSystemJournalTest::verify);
  }

  private static void runWriters(Journal journal, AtomicLong released) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(pool.submit(writer(journal, writer, released)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
  }

  private static Callable<Void> writer(Journal journal, int number, AtomicLong released) {
    return () -> {
      for (int i = 0; i < FRAMES_PER_WRITER; i++) {
        ByteBuffer payload = payload(number * 10_000L + i);
        long seq = journal.append(() -> payload).join();
        if (i % 100 == 99) {
          released.accumulateAndGet(seq, Math::max);
          journal.releaseThrough(seq);
        }
      }
      return null;
    };
  }

  private static ByteBuffer payload(long id) {
    Random random = new Random(id);
    byte[] bytes = new byte[8 + random.nextInt(20_000)];
    random.nextBytes(bytes);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).putLong(0, id).flip();
  }

  private static void verify(byte[] found) {
    long id = ByteBuffer.wrap(found).getLong();
    assertThat(ByteBuffer.wrap(found)).isEqualTo(payload(id));
  }

  @Test
  void append_queueFullAndNobodyDrains_isRefusedAfterItsWait() throws Exception {
    JournalOptions hasty =
        OPTIONS
            .withSizes(1 << 20, 1 << 10, 1 << 10, 1 << 10)
            .withWaits(Duration.ofMillis(1), Duration.ofSeconds(10), Duration.ZERO);
    try (Journal journal = Journal.open(disk(), hasty, new RecordingVisitor(), (s, e) -> {})) {
      Gate gate = new Gate();
      journal.runAtBoundary(gate::pass);
      gate.awaitArrival();
      journal.append(() -> ByteBuffer.allocate(1 << 10));
      assertThatThrownBy(() -> journal.append(() -> ByteBuffer.allocate(1)).join())
          .hasCauseInstanceOf(JournalOverloadedException.class);
      gate.open();
    }
  }

  /** Holds the journal thread until opened. */
  private static final class Gate {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    void pass() {
      arrived.countDown();
      try {
        opened.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void awaitArrival() throws InterruptedException {
      arrived.await();
    }

    void open() {
      opened.countDown();
    }
  }

  @Test
  void append_linger_gathersAndLosesNothing() throws Exception {
    JournalOptions lingering =
        OPTIONS.withWaits(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(1));
    try (Journal journal = Journal.open(disk(), lingering, new RecordingVisitor(), (s, e) -> {})) {
      assertThat(journal.append(() -> ByteBuffer.allocate(10)).join()).isEqualTo(1);
    }
  }

  @Test
  void disk_filesAndNames() throws IOException {
    Disk disk = disk();
    try (DiskFile file = disk.create("a", 3_000_000)) {
      assertThat(file.sizeBytes()).isEqualTo(3_000_000);
      file.write(buffers("hello ", "", "world"), 1_000);
      file.force();
      ByteBuffer read = ByteBuffer.allocate(11);
      assertThat(file.read(read, 1_000)).isEqualTo(11);
      assertThat(new String(read.array(), US_ASCII)).isEqualTo("hello world");
      assertThat(file.read(ByteBuffer.allocate(10), 2_999_996)).isEqualTo(4);
      assertThat(file.read(ByteBuffer.allocate(10), 3_000_000)).isZero();
    }
    assertThatThrownBy(() -> disk.create("a", 1)).isInstanceOf(FileAlreadyExistsException.class);
    disk.rename("a", "b");
    disk.syncDirectory();
    assertThat(disk.list()).containsExactly("b");
    assertThatThrownBy(() -> disk.open("a")).isInstanceOf(NoSuchFileException.class);
    disk.delete("b");
    assertThat(disk.list()).isEmpty();
    assertThat(disk.usableBytes()).isPositive();
  }

  private static ByteBuffer[] buffers(String... parts) {
    ByteBuffer[] buffers = new ByteBuffer[parts.length];
    for (int i = 0; i < parts.length; i++) {
      buffers[i] = ByteBuffer.wrap(parts[i].getBytes(US_ASCII));
    }
    return buffers;
  }

  private Disk disk() {
    return new FileSystemDisk(folder);
  }

  private Journal open(RecordingVisitor visitor, List<Long> applied) throws IOException {
    return Journal.open(disk(), OPTIONS, visitor, (seq, entry) -> applied.add(seq));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luminate.model.TenantId;
import io.luminate.server.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks are taken by hand: nothing here waits for a watch. */
final class LimitsFileTest {
  private static final TenantId ACME = new TenantId("acme");

  @TempDir private Path folder;
  private Path file;
  private final LimitsInForce limits =
      new LimitsInForce(LimitsInForceTest.CONFIGURED, InstantSource.system());

  @BeforeEach
  void path() {
    file = folder.resolve("limits.json");
  }

  private static String document(String version, int writes) {
    return "{%s\"tenants\":{\"acme\":{\"rateLimits\":{\"writeRequestsPerSecond\":%d}}}}"
        .formatted(version.isEmpty() ? "" : "\"version\":" + version + ",", writes);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  private long writes() {
    return limits.of(ACME).rates().writeRequestsPerSecond();
  }

  private void assertFile(boolean good, int refused) {
    assertThat(limits.isFileGood()).isEqualTo(good);
    assertThat(limits.refused(Origin.Way.FILE)).isEqualTo(refused);
  }

  @Test
  void open_reads_andPollFollows() throws Exception {
    write(document("", 1));
    LimitsFile opened = LimitsFile.open(file, limits);
    assertThat(writes()).isEqualTo(1);
    assertThat(limits.state().received().orElseThrow().origin())
        .isEqualTo(new Origin(Origin.Way.FILE, file.toString()));
    write(document("", 2));
    assertThat(writes()).isEqualTo(1);
    opened.poll();
    assertThat(writes()).isEqualTo(2);
    assertFile(true, 0);
  }

  /** As Kubernetes does it: the name stays a link to a link, which is renamed. */
  @Test
  void poll_seesASwappedLink_ofTheSameSizeAndTime() throws Exception {
    FileTime time = FileTime.fromMillis(1_000_000);
    Path old = data("..old", document("1", 1), time);
    Path next = data("..next", document("2", 2), time);
    Path link = Files.createSymbolicLink(folder.resolve("..data"), old);
    Files.createSymbolicLink(file, link.getFileName().resolve("limits.json"));
    LimitsFile opened = LimitsFile.open(file, limits);
    assertThat(writes()).isEqualTo(1);
    Path temporary = Files.createSymbolicLink(folder.resolve("..tmp"), next);
    Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
    opened.poll();
    assertThat(writes()).isEqualTo(2);
    assertThat(limits.state().version()).hasValue(2);
  }

  private Path data(String name, String text, FileTime time) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    Path content = Files.writeString(made.resolve("limits.json"), text);
    Files.setLastModifiedTime(content, time);
    return made.getFileName();
  }

  /** Nothing but the reading failed, and the content does not change after it. */
  @Test
  void poll_readingFailsOnce_takesTheContentAtTheNextLook() throws Exception {
    write(document("1", 1));
    AtomicInteger goodOpens = new AtomicInteger(Integer.MAX_VALUE);
    LimitsFile opened =
        new LimitsFile(
            file,
            () -> {
              if (goodOpens.getAndDecrement() == 0) {
                throw new IOException("stale handle");
              }
              return Files.newInputStream(file);
            },
            limits);
    write(document("2", 2));
    goodOpens.set(1);
    opened.poll();
    assertFile(false, 1);
    assertThat(limits.refusal().orElseThrow().message()).contains("stale handle");
    opened.poll();
    assertThat(writes()).isEqualTo(2);
    assertFile(true, 1);
  }

  @Test
  void poll_badContent_keepsTheLastGood_andSaysSoOnce() throws Exception {
    write(document("1", 1));
    LimitsFile opened = LimitsFile.open(file, limits);
    write(document("2", -2));
    opened.poll();
    opened.poll();
    assertThat(writes()).isEqualTo(1);
    assertFile(false, 1);
    assertThat(limits.refusal().orElseThrow().message())
        .startsWith("tenants.acme.rateLimits.writeRequestsPerSecond got \"-2\"");
    assertThat(limits.refusal().orElseThrow().origin().where()).isEqualTo(file.toString());
    write("{");
    opened.poll();
    assertFile(false, 2);
    write(document("3", 3));
    opened.poll();
    assertThat(writes()).isEqualTo(3);
    assertFile(true, 2);
  }

  @Test
  void poll_vanishedFile_keepsTheLastGood_untilItIsBack() throws Exception {
    write(document("1", 1));
    LimitsFile opened = LimitsFile.open(file, limits);
    Files.delete(file);
    opened.poll();
    opened.poll();
    assertThat(writes()).isEqualTo(1);
    assertFile(false, 1);
    assertThat(limits.refusal().orElseThrow().message()).isEqualTo("there is no such file");
    write(document("1", 1));
    opened.poll();
    assertFile(true, 1);
    assertThat(writes()).isEqualTo(1);
  }

  @Test
  void poll_olderThanAPush_isNoFault() throws Exception {
    write(document("1", 1));
    LimitsFile opened = LimitsFile.open(file, limits);
    limits.offer(
        LimitsFile.check(Files.writeString(folder.resolve("pushed"), document("3", 3))),
        new Origin(Origin.Way.PUSH, "somewhere"));
    write(document("2", 2));
    opened.poll();
    assertThat(writes()).isEqualTo(3);
    assertFile(true, 0);
    write(document("3", 4));
    opened.poll();
    assertThat(writes()).isEqualTo(3);
    assertFile(false, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"version\":-1}"})
  void open_badFile_refuses_namingItAndTheFault(String text) throws Exception {
    write(text);
    assertThatThrownBy(() -> LimitsFile.open(file, limits))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file + ": limits.file: ");
    assertThat(limits.state().received()).isEmpty();
  }

  @Test
  void open_withoutAFile_refuses() {
    assertThatThrownBy(() -> LimitsFile.open(file, limits))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> LimitsFile.open(folder, limits))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void open_readsTheNumberOfProcessesBesideIt() throws Exception {
    write(document("1", 1));
    Files.writeString(folder.resolve("replicas"), " 3\n");
    LimitsFile.open(file, limits);
    assertThat(limits.replicas()).isEqualTo(3);
    assertThat(limits.sharing().isCounted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "10001", "three", "99999999999"})
  void open_badNumberOfProcesses_refuses(String text) throws Exception {
    write(document("1", 1));
    Files.writeString(folder.resolve("replicas"), text);
    assertThatThrownBy(() -> LimitsFile.open(file, limits))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("replicas: limits.file: got \"" + text + "\"");
  }
}

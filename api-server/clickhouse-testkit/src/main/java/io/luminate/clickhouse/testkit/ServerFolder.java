// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * One server's folder: its configuration, written anew at each start; the users' passwords, kept;
 * its data and its logs.
 *
 * <pre>
 * config.xml  users.xml  passwords/USER  data/  disk/  server.log  output.log
 * </pre>
 */
final class ServerFolder {
  private static final int LOG_LINES_SHOWN = 30;
  private static final int PASSWORD_BYTES = 16;

  private final Path root;

  ServerFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(data());
      Files.createDirectories(passwords());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path root() {
    return root;
  }

  Path data() {
    return root.resolve("data");
  }

  /** Where a disk of its own is mounted, if it has one. */
  Path disk() {
    return root.resolve("disk");
  }

  Path config() {
    return root.resolve("config.xml");
  }

  Path users() {
    return root.resolve("users.xml");
  }

  /** ClickHouse's own log, warnings and errors. */
  Path log() {
    return root.resolve("server.log");
  }

  /** What the process printed; how it died, if it could say so. */
  Path output() {
    return root.resolve("output.log");
  }

  private Path passwords() {
    return root.resolve("passwords");
  }

  Path passwordFile(String user) {
    return passwords().resolve(user);
  }

  /** Made up when first asked for. */
  ClickHouseUser user(String name) {
    Path file = passwordFile(name);
    try {
      if (!Files.exists(file)) {
        writePrivately(file, randomHex(PASSWORD_BYTES));
      }
      return new ClickHouseUser(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(ServerConfig config) throws IOException {
    writePrivately(config(), config.configXml());
    writePrivately(users(), config.usersXml());
  }

  /** For its owner's eyes: it holds secrets. */
  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** The end of what the process printed. */
  String outputTail() {
    return tail(output());
  }

  /** The end of ClickHouse's own log. */
  String logTail() {
    return tail(log());
  }

  private static String tail(Path file) {
    // Bytes of any kind may stand there: a decoder that gives up would hide all the rest.
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return "the end of " + file + ":\n" + tail(lines);
    } catch (NoSuchFileException e) {
      return file + " is not there\n";
    } catch (IOException | UncheckedIOException e) {
      return file + " cannot be read: " + e + "\n";
    }
  }

  static String tail(Stream<String> all) {
    Deque<String> lines = new ArrayDeque<>();
    all.forEach(
        line -> {
          lines.add(line);
          if (lines.size() > LOG_LINES_SHOWN) {
            lines.remove();
          }
        });
    return String.join("\n", lines) + "\n";
  }

  void delete() {
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits;

import io.luminate.server.config.ConfigException;
import io.luminate.server.config.ConfigProblem;
import io.luminate.server.limits.document.DocumentFault;
import io.luminate.server.limits.document.DocumentReader;
import io.luminate.server.limits.document.LimitsDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The file with the limits document, read when its content changes. It is the content that is
 * looked at: Kubernetes swaps a mounted file by a symbolic link, with times that say nothing.
 *
 * <p>Concurrency: one thread at a time polls.
 */
public final class LimitsFile {
  private static final String KEY = "limits.file";

  /** The number of processes, beside the document. */
  private static final String REPLICAS = "replicas";

  private static final int REPLICAS_BYTES_MAX = 64;
  private static final int STEP_BYTES = 64 << 10;

  /** What a look at the file found. */
  private sealed interface Seen {
    /** Content, by its hash. */
    record Hashed(String sha256) implements Seen {}

    /** No content, and why. */
    record Nothing(String why) implements Seen {}
  }

  /** Where the content comes from, each time anew. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  private final Content content;
  private final Origin origin;
  private final LimitsInForce limits;
  private Seen seen;

  LimitsFile(Path file, Content content, LimitsInForce limits) {
    this.content = content;
    this.origin = new Origin(Origin.Way.FILE, file.toString());
    this.limits = limits;
    this.seen = look();
  }

  /**
   * Reads the file for the first time, and the number of processes beside it.
   *
   * @throws ConfigException when either cannot be used
   */
  public static LimitsFile open(Path file, LimitsInForce limits) throws ConfigException {
    LimitsFile opened = new LimitsFile(file, () -> Files.newInputStream(file), limits);
    limits.offer(check(file), opened.origin);
    Path beside = file.resolveSibling(REPLICAS);
    if (Files.exists(beside)) {
      limits.assume(replicas(beside));
    }
    return opened;
  }

  /**
   * The document in the file.
   *
   * @throws ConfigException when it cannot be used
   */
  public static LimitsDocument check(Path file) throws ConfigException {
    try {
      return read(() -> Files.newInputStream(file));
    } catch (DocumentFault fault) {
      throw problem(file, fault.message());
    } catch (IOException e) {
      throw problem(file, why(e));
    }
  }

  /** Reads the document if the content of the file is another than at the last look. */
  public void poll() {
    Seen now = look();
    if (!now.equals(seen)) {
      seen = now;
      limits.fileGood(consider(now));
    }
  }

  /** Whether it is of use, even if another counts. */
  private boolean consider(Seen now) {
    try {
      if (now instanceof Seen.Nothing nothing) {
        limits.refused(origin, nothing.why());
        return false;
      }
      return limits.offer(read(content), origin) != Verdict.CONTRADICTED;
    } catch (DocumentFault fault) {
      limits.refused(origin, fault.message());
    } catch (IOException e) {
      // The content was not taken yet: it is read again even if it stays as it is.
      seen = new Seen.Nothing(why(e));
      limits.refused(origin, why(e));
    }
    return false;
  }

  private static LimitsDocument read(Content content) throws IOException, DocumentFault {
    try (InputStream in = content.open()) {
      return DocumentReader.read(in.readNBytes(DocumentReader.BYTES_MAX + 1));
    }
  }

  /** Without memory for the whole of it, as most looks find nothing new. */
  private Seen look() {
    try (InputStream in = content.open()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] step = new byte[STEP_BYTES];
      long left = DocumentReader.BYTES_MAX + 1L;
      for (int count = 0; count >= 0 && left > 0; count = in.read(step)) {
        digest.update(step, 0, count);
        left -= count;
      }
      return new Seen.Hashed(HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      return new Seen.Nothing(why(e));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String why(IOException failure) {
    return failure instanceof NoSuchFileException
        ? "there is no such file"
        : "the file cannot be read: " + failure.getMessage();
  }

  private static int replicas(Path beside) throws ConfigException {
    try (InputStream in = Files.newInputStream(beside)) {
      String text = new String(in.readNBytes(REPLICAS_BYTES_MAX), StandardCharsets.UTF_8).strip();
      int replicas = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
      if (replicas < 1 || replicas > Sharing.REPLICAS_MAX) {
        String allowed = "a whole number from 1 to " + Sharing.REPLICAS_MAX;
        throw problem(beside, "got \"" + text + "\", expected " + allowed);
      }
      return replicas;
    } catch (IOException e) {
      throw problem(beside, why(e));
    }
  }

  private static ConfigException problem(Path file, String message) {
    return new ConfigException(List.of(new ConfigProblem(file.toString(), KEY, message)));
  }
}

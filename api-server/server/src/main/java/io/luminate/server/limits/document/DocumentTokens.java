// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document token by token, with the path of each. Names that come twice and deep nesting are
 * refused here, so that one format is as strict as the other.
 */
abstract class DocumentTokens implements AutoCloseable {
  /** Limits nest four deep; protects whoever reads unknown fields. */
  static final int DEPTH_MAX = 32;

  static final int TEXT_LENGTH_MAX = 1 << 20;

  /** In objects that are being read, as each is remembered: tenants, and some of something else. */
  private static final int NAMES_MAX = LimitsDocument.TENANTS_MAX + 50_000;

  private static final int SHOWN_LENGTH_MAX = 64;

  enum Kind {
    OBJECT,
    END_OBJECT,
    LIST,
    END_LIST,
    NAME,
    TEXT,
    NUMBER,
    BOOLEAN,
    NULL,
    END
  }

  /** An object or list that is being read. */
  private static final class Frame {
    final Set<String> names = new HashSet<>();
    final boolean isList;
    @Nullable String name;

    /** Of the entry of a list that was read last. */
    int index = -1;

    Frame(boolean isList) {
      this.isList = isList;
    }
  }

  private final Deque<Frame> frames = new ArrayDeque<>();
  private int names;

  /** The next token as the format has it. */
  protected abstract Kind read() throws IOException, DocumentFault;

  /** The name or scalar just read, as it is written. */
  abstract String text() throws IOException;

  @Override
  public abstract void close() throws IOException;

  final Kind next() throws IOException, DocumentFault {
    Kind kind = read();
    Frame around = frames.peekLast();
    if (around != null && around.isList && kind != Kind.END_LIST) {
      around.index++;
    }
    switch (kind) {
      case OBJECT, LIST -> enter(kind == Kind.LIST);
      case END_OBJECT, END_LIST -> names -= frames.removeLast().names.size();
      case NAME -> name(text());
      case TEXT, NUMBER, BOOLEAN, NULL, END -> {}
    }
    return kind;
  }

  private void enter(boolean isList) throws DocumentFault {
    if (frames.size() == DEPTH_MAX) {
      throw DocumentFault.over(
          path(), "nests too deep: of levels", "max_depth", DEPTH_MAX, DEPTH_MAX + 1);
    }
    frames.addLast(new Frame(isList));
  }

  private void name(String name) throws DocumentFault {
    Frame frame = frames.getLast();
    frame.name = name;
    if (!frame.names.add(name)) {
      throw DocumentFault.at(path(), "stands here twice");
    }
    if (++names > NAMES_MAX) {
      throw DocumentFault.over("", "has too many fields", "max_fields", NAMES_MAX, names);
    }
  }

  /**
   * Where the token just read stands, such as {@code tenants.acme.rateLimits} or {@code a[0].b}.
   */
  final String path() {
    StringBuilder path = new StringBuilder();
    for (Frame frame : frames) {
      if (frame.isList && frame.index >= 0) {
        path.append('[').append(frame.index).append(']');
      } else if (frame.name != null) {
        path.append(path.isEmpty() ? "" : ".").append(shown(frame.name));
      }
    }
    return path.toString();
  }

  /** A text of somebody else's for a message: short, on one line. */
  static String shown(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= SHOWN_LENGTH_MAX ? plain : plain.substring(0, SHOWN_LENGTH_MAX) + "…";
  }

  /** Reads to the end of what the token just read begins. */
  final void skip(Kind first) throws IOException, DocumentFault {
    int depth = depth(first);
    while (depth > 0) {
      depth += depth(next());
    }
  }

  private static int depth(Kind kind) {
    return switch (kind) {
      case OBJECT, LIST -> 1;
      case END_OBJECT, END_LIST -> -1;
      case NAME, TEXT, NUMBER, BOOLEAN, NULL, END -> 0;
    };
  }

  static DocumentFault malformed(String format, String problem, long line, long column) {
    String message = "is not valid %s: %s (line %d, column %d)";
    return DocumentFault.at(
        "",
        message.formatted(format, shown(problem), line, column),
        Map.of("line", line, "column", column));
  }
}

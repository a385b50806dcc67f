// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Tokens of YAML, of which no more is needed than JSON can say: without anchors, which make small
 * documents large, and without tags.
 */
final class YamlTokens extends DocumentTokens {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> BOOLEANS =
      Set.of("true", "True", "TRUE", "false", "False", "FALSE");
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9.eE+-]*");

  /** What is open, and in an object whether a name comes next. */
  private enum Inside {
    LIST,
    NAMES,
    VALUES
  }

  private final Iterator<Event> events;
  private final Deque<Inside> inside = new ArrayDeque<>();
  private String text = "";
  private boolean documentSeen;

  YamlTokens(Reader reader, int codePointsMax) {
    LoadSettings settings =
        LoadSettings.builder().setLabel("document").setCodePointLimit(codePointsMax).build();
    this.events = new Parse(settings).parseReader(reader).iterator();
  }

  @Override
  protected Kind read() throws DocumentFault {
    try {
      Optional<Kind> kind = Optional.empty();
      while (kind.isEmpty()) {
        kind = events.hasNext() ? kind(events.next()) : Optional.of(Kind.END);
      }
      return kind.get();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> at = e.getProblemMark();
      throw malformed(
          "YAML",
          String.valueOf(e.getProblem()),
          at.map(Mark::getLine).orElse(0) + 1,
          at.map(Mark::getColumn).orElse(0) + 1);
    } catch (YamlEngineException e) {
      throw malformed("YAML", String.valueOf(e.getMessage()), 1, 1);
    }
  }

  private Optional<Kind> kind(Event event) throws DocumentFault {
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      throw DocumentFault.at(path(), "has a YAML anchor or alias, which a document may not have");
    }
    return switch (event.getEventId()) {
      case DocumentStart -> {
        refuse(documentSeen, "has a second YAML document");
        documentSeen = true;
        yield Optional.empty();
      }
      case MappingStart -> Optional.of(begin((CollectionStartEvent) event, Inside.NAMES));
      case SequenceStart -> Optional.of(begin((CollectionStartEvent) event, Inside.LIST));
      case MappingEnd -> Optional.of(end(Kind.END_OBJECT));
      case SequenceEnd -> Optional.of(end(Kind.END_LIST));
      case Scalar -> Optional.of(scalar((ScalarEvent) event));
      case Alias -> throw new IllegalStateException("an alias without an anchor");
      case StreamStart, StreamEnd, DocumentEnd, Comment -> Optional.empty();
    };
  }

  private Kind begin(CollectionStartEvent event, Inside what) throws DocumentFault {
    refuse(inside.peekLast() == Inside.NAMES, "has a name that is no text");
    refuse(event.getTag().isPresent(), "has a YAML tag, which a document may not have");
    inside.addLast(what);
    return what == Inside.LIST ? Kind.LIST : Kind.OBJECT;
  }

  private Kind end(Kind kind) {
    inside.removeLast();
    valueRead();
    return kind;
  }

  private Kind scalar(ScalarEvent event) throws DocumentFault {
    refuse(event.getTag().isPresent(), "has a YAML tag, which a document may not have");
    text = event.getValue();
    refuse(text.length() > TEXT_LENGTH_MAX, "has a text of more than 1048576 characters");
    if (inside.peekLast() == Inside.NAMES) {
      inside.removeLast();
      inside.addLast(Inside.VALUES);
      return Kind.NAME;
    }
    valueRead();
    return event.isPlain() ? plain(text) : Kind.TEXT;
  }

  private void valueRead() {
    if (inside.peekLast() == Inside.VALUES) {
      inside.removeLast();
      inside.addLast(Inside.NAMES);
    }
  }

  private static Kind plain(String text) {
    if (NULLS.contains(text)) {
      return Kind.NULL;
    }
    if (BOOLEANS.contains(text)) {
      return Kind.BOOLEAN;
    }
    return NUMBER.matcher(text).matches() ? Kind.NUMBER : Kind.TEXT;
  }

  private void refuse(boolean wrong, String problem) throws DocumentFault {
    if (wrong) {
      throw DocumentFault.at(path(), problem);
    }
  }

  @Override
  String text() {
    return text;
  }

  @Override
  public void close() {}
}

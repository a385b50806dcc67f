// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import io.luminate.e2e.SourceTree.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** House rules that no other tool holds. Each answers with its complaints, one sentence each. */
final class TidyRules {

  /** Past these a reader loses the thread; what was longer before is in the ratchet. */
  static final int METHOD_LINES_MAX = 60;

  static final int FILE_LINES_MAX = 500;

  private static final List<String> HEADER =
      List.of(
          "SPDX-FileCopyrightText: The Luminate Authors", "SPDX-License-Identifier: Apache-2.0");

  /** In halves, for this file is read like any other. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  /** Who typed a text is not part of it, nor where. */
  private static final Pattern BACKSTAGE =
      Pattern.compile(
          "\\bLL"
              + "Ms?\\b|\\bA"
              + "I\\b|\\bchat"
              + "bot|agen"
              + "tic|co-authored"
              + "-by|/wo"
              + "rk/",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CODE_SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern CLASS_NAME =
      Pattern.compile("^((?:[A-Z][a-z0-9]+){2,})(?:[.#][a-zA-Z].*)?$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern MAKE_TARGET = Pattern.compile("(?m)^([a-z][a-z0-9-]*):(?!=)");
  private static final Pattern MAKE_CALL = Pattern.compile("^\\s*(?:\\$ )?make((?: +[^ #&|;]+)*)");

  private TidyRules() {}

  static List<String> header(Source source) {
    List<String> top = source.lines().stream().limit(source.isJava() ? 2 : 6).toList();
    boolean complete = HEADER.stream().allMatch(wanted -> top.stream().anyMatch(ends(wanted)));
    return complete ? List.of() : List.of(source.path() + ": the two SPDX lines are not on top");
  }

  static boolean wantsHeader(Source source) {
    String name = source.name();
    return source.isJava()
        || name.endsWith(".sh")
        || name.endsWith(".go")
        || Set.of("pom.xml", "Makefile", "run", "java", "luminate-server").contains(name);
  }

  private static Predicate<String> ends(String wanted) {
    return line -> line.endsWith(wanted);
  }

  static List<String> words(Source source) {
    List<String> complaints = new ArrayList<>();
    int number = 0;
    for (String line : source.lines()) {
      number++;
      for (Pattern pattern : List.of(UNFINISHED, BACKSTAGE)) {
        Matcher found = pattern.matcher(line);
        if (found.find()) {
          complaints.add(source.path() + ":" + number + ": says \"" + found.group() + "\"");
        }
      }
    }
    return complaints;
  }

  /**
   * Ratchet: path or path#method → the lines it may have; it must be taken out once it is short.
   */
  static List<String> lengths(List<Source> sources, JavaShape shape, Map<String, Integer> ratchet) {
    Map<String, Integer> lengths = new HashMap<>();
    sources.forEach(source -> lengths.put(source.path(), source.lines().size()));
    shape
        .methods()
        .forEach(
            method ->
                lengths.merge(method.path() + "#" + method.name(), method.lines(), Math::max));
    Stream<String> tooLong =
        lengths.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue() > ratchet.getOrDefault(entry.getKey(), limit(entry.getKey())))
            .map(
                entry ->
                    entry.getKey()
                        + " has "
                        + entry.getValue()
                        + " lines, of "
                        + limit(entry.getKey())
                        + " allowed");
    Stream<String> outgrown =
        ratchet.keySet().stream()
            .filter(key -> lengths.getOrDefault(key, 0) <= limit(key))
            .map(key -> key + " is short enough now: take it out of the ratchet");
    return Stream.concat(tooLong, outgrown).sorted().toList();
  }

  private static int limit(String key) {
    return key.contains("#") ? METHOD_LINES_MAX : FILE_LINES_MAX;
  }

  /** Every package of the main sources says what it is for, and that null is not a value in it. */
  static List<String> packages(List<Source> sources) {
    Map<String, List<Source>> byFolder =
        sources.stream()
            .filter(source -> source.isJava() && source.isMain())
            .collect(Collectors.groupingBy(Source::folder));
    return byFolder.entrySet().stream()
        .filter(folder -> folder.getValue().stream().noneMatch(TidyRules::describesPackage))
        .map(
            folder ->
                folder.getKey() + ": package-info.java with a comment and @NullMarked is missing")
        .sorted()
        .toList();
  }

  private static boolean describesPackage(Source source) {
    return source.name().equals("package-info.java")
        && source.text().contains("/**")
        && source.text().contains("@NullMarked");
  }

  static List<String> classNames(Source document, Set<String> typeNames) {
    return CODE_SPAN
        .matcher(withoutFences(document.text()))
        .results()
        .map(span -> CLASS_NAME.matcher(span.group(1)))
        .filter(Matcher::matches)
        .map(name -> name.group(1))
        .filter(name -> !typeNames.contains(name))
        .map(name -> document.path() + ": there is no class " + name)
        .distinct()
        .toList();
  }

  static List<String> links(Source document, SourceTree tree) {
    return LINK.matcher(withoutFences(document.text()))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.matches("[a-z]+:.*"))
        .filter(link -> !resolves(document, link, tree))
        .map(link -> document.path() + ": the link " + link + " leads nowhere")
        .toList();
  }

  private static boolean resolves(Source document, String link, SourceTree tree) {
    String[] parts = link.split("#", 2);
    String path = parts[0].isEmpty() ? document.path() : normal(document.folder(), parts[0]);
    if (!tree.exists(path)) {
      return false;
    }
    return parts.length == 1 || !path.endsWith(".md") || anchors(tree.get(path)).contains(parts[1]);
  }

  private static String normal(String folder, String relative) {
    return Path.of(folder).resolve(relative).normalize().toString().replace('\\', '/');
  }

  /** As GitHub makes them: lower case, spaces to hyphens, punctuation dropped. */
  private static Set<String> anchors(Source document) {
    return withoutFences(document.text())
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ +", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  static List<String> makeTargets(Source document, Source makefile) {
    Set<String> targets =
        MAKE_TARGET
            .matcher(makefile.text())
            .results()
            .map(t -> t.group(1))
            .collect(Collectors.toSet());
    return shellLines(document.text())
        .map(MAKE_CALL::matcher)
        .filter(Matcher::find)
        .flatMap(call -> Stream.of(call.group(1).trim().split(" +")))
        .filter(word -> word.matches("[a-z][a-z0-9-]*"))
        .filter(word -> !targets.contains(word))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .map(word -> document.path() + ": the Makefile has no target " + word)
        .toList();
  }

  private static Stream<String> shellLines(String markdown) {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : markdown.lines().toList()) {
      if (line.startsWith("```")) {
        inside = !inside && line.matches("```(sh|shell|bash|console)\\s*");
      } else if (inside) {
        lines.add(line);
      }
    }
    return lines.stream();
  }

  private static String withoutFences(String markdown) {
    return markdown.replaceAll("(?ms)^```.*?^```", "");
  }
}

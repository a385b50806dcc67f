// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.e2e.SourceTree.Source;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the tree to {@link TidyRules}, and shows on small samples that each of them can fail. */
final class TidyTest {

  private static final String RATCHET = "e2e/src/test/resources/tidy-ratchet.txt";

  private static final SourceTree TREE = SourceTree.read();
  private static final JavaShape SHAPE = JavaShape.of(TREE.java());

  @Test
  void header_isOnTopOfEverySource() {
    List<Source> sources = TREE.sources().stream().filter(TidyRules::wantsHeader).toList();
    assertThat(sources).extracting(Source::path).contains("Makefile", "pom.xml", ".ci/run");
    assertThat(all(sources, TidyRules::header)).isEmpty();
  }

  @Test
  void header_missing() {
    assertThat(TidyRules.header(new Source("A.java", "package a;\n"))).hasSize(1);
  }

  @Test
  void words_areFitToPrint() {
    assertThat(all(TREE.sources(), TidyRules::words)).isEmpty();
  }

  @Test
  void words_unfinished() {
    assertThat(TidyRules.words(new Source("a.md", "fine\n// FIX" + "ME: later\n")))
        .containsExactly("a.md:2: says \"FIX" + "ME\"");
  }

  @Test
  void words_backstage() {
    assertThat(TidyRules.words(new Source("a.md", "written by an LL" + "M\n"))).hasSize(1);
    assertThat(TidyRules.words(new Source("a.md", "AIM, MAIL and the user agent\n"))).isEmpty();
  }

  @Test
  void lengths_areBelowTheirLimits() {
    assertThat(TidyRules.lengths(TREE.java(), SHAPE, ratchet(TREE.get(RATCHET)))).isEmpty();
  }

  @Test
  void lengths_methodTooLong() {
    List<Source> sources = List.of(method(TidyRules.METHOD_LINES_MAX + 1));
    assertThat(TidyRules.lengths(sources, JavaShape.of(sources), Map.of()))
        .containsExactly("A.java#f has 61 lines, of 60 allowed");
    assertThat(TidyRules.lengths(sources, JavaShape.of(sources), Map.of("A.java#f", 61))).isEmpty();
  }

  @Test
  void lengths_fileTooLong() {
    List<Source> sources =
        List.of(new Source("A.java", "//\n".repeat(TidyRules.FILE_LINES_MAX + 1)));
    assertThat(TidyRules.lengths(sources, JavaShape.of(sources), Map.of()))
        .containsExactly("A.java has 501 lines, of 500 allowed");
  }

  @Test
  void lengths_ratchetOutgrown() {
    List<Source> sources = List.of(method(TidyRules.METHOD_LINES_MAX));
    assertThat(TidyRules.lengths(sources, JavaShape.of(sources), Map.of("A.java#f", 61)))
        .containsExactly("A.java#f is short enough now: take it out of the ratchet");
  }

  @Test
  void packages_areDescribed() {
    assertThat(TidyRules.packages(TREE.sources())).isEmpty();
  }

  @Test
  void packages_notDescribed() {
    Source lonely = new Source("m/src/main/java/a/A.java", "package a;");
    Source bare = new Source("m/src/main/java/a/package-info.java", "package a;");
    assertThat(TidyRules.packages(List.of(lonely, bare))).hasSize(1);
  }

  @Test
  void documents_nameClassesThatExist() {
    assertThat(all(TREE.documents(), document -> TidyRules.classNames(document, SHAPE.typeNames())))
        .isEmpty();
  }

  @Test
  void documents_nameClassesThatDoNotExist() {
    Source document =
        new Source("a.md", "`NoSuch`, `NoSuch.of()`, `SuchOne#of` and `make`, `NO_SUCH`");
    assertThat(TidyRules.classNames(document, Set.of("SuchOne")))
        .containsExactly("a.md: there is no class NoSuch");
  }

  @Test
  void documents_haveLinksThatLead() {
    assertThat(all(TREE.documents(), document -> TidyRules.links(document, TREE))).isEmpty();
  }

  @Test
  void documents_haveLinksThatDoNotLead() {
    Source document =
        new Source(
            "docs/a.md",
            "[ok](../Makefile) [ok](https://x) [ok](../README.md#luminate) [no](gone.md) [no](../README.md#gone)");
    assertThat(TidyRules.links(document, TREE))
        .containsExactly(
            "docs/a.md: the link gone.md leads nowhere",
            "docs/a.md: the link ../README.md#gone leads nowhere");
  }

  @Test
  void documents_callTargetsThatExist() {
    Source makefile = TREE.get("Makefile");
    assertThat(all(TREE.documents(), document -> TidyRules.makeTargets(document, makefile)))
        .isEmpty();
  }

  @Test
  void documents_callTargetsThatDoNotExist() {
    Source makefile = new Source("Makefile", "A := 1\nrun: jdk ## Run\n");
    Source document =
        new Source("a.md", "```sh\nmake run A=2 # now\nmake gone && make run\n```\nmake sure\n");
    assertThat(TidyRules.makeTargets(document, makefile))
        .containsExactly("a.md: the Makefile has no target gone");
  }

  private static <T> List<String> all(List<T> things, Function<T, List<String>> rule) {
    return things.stream().flatMap(thing -> rule.apply(thing).stream()).toList();
  }

  private static Source method(int lines) {
    String text = "class A {\n  void f() {\n" + "    f();\n".repeat(lines - 2) + "  }\n}\n";
    return new Source("A.java", text);
  }

  private static Map<String, Integer> ratchet(Source list) {
    return list.lines().stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" +"))
        .collect(Collectors.toMap(words -> words[0], words -> Integer.valueOf(words[1])));
  }
}

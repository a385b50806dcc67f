// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The text files that people write in this repository, found by walking up to its Makefile. */
final class SourceTree {

  /** Written by builds and runs, or not ours. */
  private static final Set<String> SKIPPED_FOLDERS =
      Set.of(".git", ".idea", ".vscode", "target", "data", "data-clickhouse", "node_modules");

  private static final Set<String> TEXT_ENDINGS =
      Set.of("java", "go", "md", "xml", "sh", "yaml", "yml", "json", "properties", "txt");

  private static final Set<String> TEXT_NAMES =
      Set.of("Makefile", "run", "java", "luminate-server");

  /** One file: its path from the root with forward slashes, and all of its text. */
  record Source(String path, String text) {

    List<String> lines() {
      return text.lines().toList();
    }

    boolean isJava() {
      return path.endsWith(".java");
    }

    boolean isMain() {
      return path.contains("src/main/");
    }

    String folder() {
      return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  private final Path root;
  private final List<Source> sources;

  private SourceTree(Path root, List<Source> sources) {
    this.root = root;
    this.sources = sources;
  }

  static SourceTree read() {
    Path root = findRoot(Path.of("").toAbsolutePath());
    List<Source> sources = new ArrayList<>();
    try {
      Files.walkFileTree(root, new Reader(root, sources));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SourceTree(root, List.copyOf(sources));
  }

  List<Source> sources() {
    return sources;
  }

  List<Source> java() {
    return sources.stream().filter(Source::isJava).toList();
  }

  List<Source> documents() {
    return sources.stream().filter(source -> source.path().endsWith(".md")).toList();
  }

  Source get(String path) {
    return sources.stream()
        .filter(source -> source.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no file " + path + " in " + root));
  }

  boolean exists(String path) {
    return Files.exists(root.resolve(path));
  }

  private static Path findRoot(Path from) {
    Path folder = from;
    while (!Files.exists(folder.resolve("Makefile"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError("no Makefile in " + from + " or above");
      }
    }
    return folder;
  }

  private static final class Reader extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Source> sources;

    Reader(Path root, List<Source> sources) {
      this.root = root;
      this.sources = sources;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return SKIPPED_FOLDERS.contains(folder.getFileName().toString())
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = file.getFileName().toString();
      String ending = name.substring(name.lastIndexOf('.') + 1);
      if (attributes.isRegularFile()
          && (TEXT_ENDINGS.contains(ending) || TEXT_NAMES.contains(name))) {
        String path = root.relativize(file).toString().replace('\\', '/');
        sources.add(new Source(path, Files.readString(file)));
      }
      return FileVisitResult.CONTINUE;
    }
  }
}

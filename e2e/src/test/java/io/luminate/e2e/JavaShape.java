// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.luminate.e2e.SourceTree.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What the compiler's own parser sees in a set of sources; nothing is resolved, so it is quick. */
record JavaShape(List<Method> methods, Set<String> typeNames) {

  /** A method with a body, from the line of its name to that of its closing brace. */
  record Method(String path, String name, int lines) {}

  static JavaShape of(List<Source> sources) {
    List<Text> texts = sources.stream().map(Text::new).toList();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, ignored -> {}, List.of("-proc:none"), null, texts);
    Scanner scanner = new Scanner(Trees.instance(task).getSourcePositions());
    try {
      for (CompilationUnitTree unit : task.parse()) {
        scanner.scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JavaShape(List.copyOf(scanner.methods), Set.copyOf(scanner.typeNames));
  }

  private static final class Scanner extends TreeScanner<Void, Void> {
    private final SourcePositions positions;
    private final List<Method> methods = new ArrayList<>();
    private final Set<String> typeNames = new HashSet<>();
    private CompilationUnitTree unit;

    Scanner(SourcePositions positions) {
      this.positions = positions;
    }

    @Override
    public Void visitCompilationUnit(CompilationUnitTree node, Void unused) {
      unit = node;
      return super.visitCompilationUnit(node, unused);
    }

    /** Imported types count too: a document may speak of them. */
    @Override
    public Void visitImport(ImportTree node, Void unused) {
      String name = node.getQualifiedIdentifier().toString();
      typeNames.add(name.substring(name.lastIndexOf('.') + 1));
      return super.visitImport(node, unused);
    }

    @Override
    public Void visitClass(ClassTree node, Void unused) {
      typeNames.add(node.getSimpleName().toString());
      return super.visitClass(node, unused);
    }

    @Override
    public Void visitMethod(MethodTree node, Void unused) {
      if (node.getBody() != null && positions.getStartPosition(unit, node) >= 0) {
        long first = line(positions.getStartPosition(unit, node.getBody()));
        long last = line(positions.getEndPosition(unit, node.getBody()));
        String path = unit.getSourceFile().toUri().getPath().substring(1);
        methods.add(new Method(path, node.getName().toString(), (int) (last - first + 1)));
      }
      return super.visitMethod(node, unused);
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }

  private static final class Text extends SimpleJavaFileObject {

    private final String text;

    Text(Source source) {
      super(URI.create("tree:///" + source.path()), Kind.SOURCE);

      this.text = source.text();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM that pods start again and again. It finds its classes in a cache that a first one has left,
 * and so starts with half of the processor time, which is what tests on Kubernetes lack most.
 */
final class PodJvm {
  /**
   * Objects are as the operator's pod says it: a cache of others is none. What a pod does a few
   * hundred times is cheaper to interpret than to compile. Operators open a connection for each of
   * their watches, and a third of what that takes was to make keys of a curve that the API server
   * does not choose.
   */
  static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=3",
          "-Djdk.tls.namedGroups=x25519",
          "-XX:+UseCompactObjectHeaders",
          "-Xmx128m",
          "--enable-native-access=ALL-UNNAMED");

  private static final int CACHE_SECONDS_MAX = 90;

  private final Class<?> main;
  private final JarredClassPath classes;

  PodJvm(Class<?> main, JarredClassPath classes) {
    this.main = main;
    this.classes = classes;
  }

  boolean isTrained() {
    return Files.exists(file(".aot"));
  }

  private Path file(String suffix) {
    return classes.folder().resolve(main.getSimpleName() + suffix);
  }

  /** One that ends at once where the cache does not suit it: it would only be slow else. */
  List<String> command() {
    return command(with("-XX:AOTMode=on", "-XX:AOTCache=" + file(".aot")));
  }

  /** One with settings that are not those of the cache, and so without it. */
  List<String> command(List<String> flags) {
    return command(main, flags, classes.path());
  }

  static List<String> command(Class<?> main, List<String> flags, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    return command;
  }

  private static List<String> with(String... flags) {
    return Stream.concat(FLAGS.stream(), Stream.of(flags)).toList();
  }

  /**
   * Makes the cache: runs one until it has done what most do.
   *
   * @param trained begins in its place, with those arguments, and does as much and more
   * @param environment all of it
   */
  void train(
      Class<?> trained,
      List<String> arguments,
      Map<String, String> environment,
      Callable<Boolean> isDone)
      throws IOException, InterruptedException {
    Path made = file(".aot-new");
    List<String> command = command(trained, with("-XX:AOTCacheOutput=" + made), classes.path());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process =
        builder.redirectErrorStream(true).redirectOutput(file(".log").toFile()).start();
    try {
      Eventually.holds(isDone, () -> "no " + main.getSimpleName() + ": see " + file(".log"));
      process.destroy();
      if (!process.waitFor(CACHE_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException("no cache of classes: see " + file(".log"));
      }
    } finally {
      process.destroyForcibly();
    }
    Files.move(made, file(".aot"), StandardCopyOption.ATOMIC_MOVE);
  }
}

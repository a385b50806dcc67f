// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.chdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The process that hosts the engine: {@code ChdbMain LIBRARY CONFIG DATA_FOLDER PARENT_PID}. It
 * ends with SIGTERM in good order, and with its parent at once.
 *
 * <p>The library holds {@code clickhouse local}, which opens the ports of a server when told to.
 * Two things about it decide how it is run. It ends the process at the first connection that breaks
 * in the wrong moment, unless it talks to a terminal; so it is given one. And it takes signals over
 * that the JVM needs for itself, unless that is switched off.
 */
final class ChdbMain {
  /** ClickHouse recurses deeper than the JVM's threads allow for. */
  private static final long STACK_BYTES = 16 << 20;

  /** What it takes to write its logs' last rows, and more. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(40);

  private static final long PARENT_POLL_MILLIS = 50;

  /** Ended because somebody asked, or by itself? */
  private static volatile boolean asked;

  private ChdbMain() {}

  public static void main(String[] args) throws InterruptedException {
    Path library = Path.of(args[0]);
    String[] command = command(args[1], args[2]);
    Optional<ProcessHandle> parent = ProcessHandle.of(Long.parseLong(args[3]));
    Thread.ofPlatform().daemon().name("parent").start(() -> endWith(parent));
    int keyboard = LibC.terminalAsStandardInput();
    Thread engine = new Thread(null, () -> run(library, command), "clickhouse", STACK_BYTES);
    engine.setDaemon(true);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(engine, keyboard)));
    engine.start();
    engine.join();
    if (!asked) {
      LibC.exitNow(1);
    }
  }

  private static String[] command(String config, String dataFolder) {
    return new String[] {
      "clickhouse-local",
      "--interactive",
      "--progress=off",
      "--disable_suggestion",
      // Of the log; there is no other option for it.
      "--send_logs_level=warning",
      "--config-file=" + config,
      "--path=" + dataFolder,
      "--query=SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP"
    };
  }

  /** Looks again and again: the JVM's own notice of a parent's end comes up to 5 s late. */
  private static void endWith(Optional<ProcessHandle> parent) {
    try {
      while (parent.map(ProcessHandle::isAlive).orElse(false)) {
        Thread.sleep(PARENT_POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
    LibC.exitNow(1);
  }

  private static void stop(Thread engine, int keyboard) {
    asked = true;
    try {
      LibC.write(keyboard, "exit\n");
      engine.join(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LibC.exitNow(engine.isAlive() ? 1 : 0);
  }

  private static void run(Path library, String[] command) {
    Arena arena = Arena.global();
    Linker linker = Linker.nativeLinker();
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
    MethodHandle handleSignals =
        linker.downcallHandle(
            symbols.findOrThrow("chdb_set_signal_handlers_enabled"),
            FunctionDescriptor.ofVoid(JAVA_INT));
    MethodHandle main =
        linker.downcallHandle(
            symbols.findOrThrow("chdb_query_cmdline"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    MemorySegment arguments = arena.allocate(ADDRESS, command.length);
    for (int i = 0; i < command.length; i++) {
      arguments.setAtIndex(ADDRESS, i, arena.allocateFrom(command[i]));
    }
    try {
      handleSignals.invoke(0);
      MemorySegment result = (MemorySegment) main.invoke(command.length, arguments);
      System.err.println("the engine returned " + (result.address() == 0 ? "nothing" : "a result"));
    } catch (Throwable e) {
      throw new IllegalStateException("the engine cannot be called", e);
    }
  }
}

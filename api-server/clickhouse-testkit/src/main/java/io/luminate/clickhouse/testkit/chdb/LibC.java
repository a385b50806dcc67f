// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit.chdb;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** The few calls of Linux's C library that Java has no name for. */
final class LibC {
  /** Opens for reading and writing (2), and not as the process's own terminal (0x100). */
  private static final int TERMINAL_FLAGS = 0x102;

  private static final int STANDARD_INPUT = 0;

  private static final MethodHandle EXIT = find("_exit", FunctionDescriptor.ofVoid(JAVA_INT));
  private static final MethodHandle WRITE =
      find("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private LibC() {}

  /** Ends the process without a last word: no hook runs, and no destructor of a library. */
  static void exitNow(int status) {
    try {
      EXIT.invoke(status);
    } catch (Throwable e) {
      throw new AssertionError("_exit does not return, nor throw", e);
    }
  }

  /**
   * Puts a terminal of our own under the standard input.
   *
   * @return the end to type at
   */
  static int terminalAsStandardInput() {
    int keyboard = call("posix_openpt", TERMINAL_FLAGS);
    call("grantpt", keyboard);
    call("unlockpt", keyboard);
    int terminal = open(terminalName(keyboard));
    try {
      checked("dup2", (int) find("dup2", ints(2)).invoke(terminal, STANDARD_INPUT));
    } catch (Throwable e) {
      throw new IllegalStateException("dup2", e);
    }
    return keyboard;
  }

  private static int call(String name, int argument) {
    try {
      return checked(name, (int) find(name, ints(1)).invoke(argument));
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static MemorySegment terminalName(int keyboard) {
    try {
      return (MemorySegment)
          find("ptsname", FunctionDescriptor.of(ADDRESS, JAVA_INT)).invoke(keyboard);
    } catch (Throwable e) {
      throw new IllegalStateException("ptsname", e);
    }
  }

  private static int open(MemorySegment path) {
    FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
    try {
      MethodHandle open = find("open", descriptor, Linker.Option.firstVariadicArg(2));
      return checked("open", (int) open.invoke(path, TERMINAL_FLAGS));
    } catch (Throwable e) {
      throw new IllegalStateException("open of the terminal", e);
    }
  }

  static void write(int descriptor, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocateFrom(JAVA_BYTE, bytes);
      checked("write", (int) (long) WRITE.invoke(descriptor, buffer, (long) bytes.length));
    } catch (Throwable e) {
      throw new IllegalStateException("write", e);
    }
  }

  private static int checked(String name, int result) {
    if (result < 0) {
      throw new IllegalStateException(name + " failed");
    }
    return result;
  }

  private static FunctionDescriptor ints(int arguments) {
    return arguments == 1
        ? FunctionDescriptor.of(JAVA_INT, JAVA_INT)
        : FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
  }

  private static MethodHandle find(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }
}

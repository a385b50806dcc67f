// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.auth.AuthException;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.ingest.Rejection;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page's table of error codes has every code of the server, with its statuses, and no other.
 */
final class ErrorCodesDocTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([^|]+) \\|");
  private static final Pattern STATUS = Pattern.compile("[0-9]{3}");

  /** Where an error is made out of a status and a code. */
  private static final Pattern MADE =
      Pattern.compile("Api(?:Error|Exception)(?:\\.of)?\\(\\s*([0-9]{3}),\\s*\"([A-Z_]+)\"");

  @Test
  void table_hasEveryCodeWithItsStatuses() throws IOException {
    String page = Files.readString(Path.of("../../docs/api.md"));
    Map<String, Set<Integer>> documented = new TreeMap<>();
    ROW.matcher(page)
        .results()
        .forEach(row -> statuses(row.group(2)).forEach(s -> add(documented, row.group(1), s)));
    assertThat(documented).isEqualTo(known());
  }

  private static List<Integer> statuses(String cell) {
    return STATUS.matcher(cell).results().map(found -> Integer.valueOf(found.group())).toList();
  }

  private static Map<String, Set<Integer>> known() throws IOException {
    Map<String, Set<Integer>> known = new TreeMap<>();
    for (ErrorCode code : ErrorCode.values()) {
      ApiError error = Failures.of(new StoreException(code, "as told"));
      add(known, error.code(), error.status());
    }
    for (AuthException.Reason reason : AuthException.Reason.values()) {
      add(known, reason.code(), reason.status());
    }
    for (Rejection.Code code : Rejection.Code.values()) {
      add(known, code.name(), 400);
      add(known, code.name(), 207);
    }
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        MADE.matcher(Files.readString(source))
            .results()
            .forEach(made -> add(known, made.group(2), Integer.parseInt(made.group(1))));
      }
    }
    return known;
  }

  private static void add(Map<String, Set<Integer>> codes, String code, int status) {
    codes.computeIfAbsent(code, unseen -> new TreeSet<>()).add(status);
  }
}

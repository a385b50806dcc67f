// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.luminate.server.config.LoggingConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

@ResourceLock(Resources.SYSTEM_OUT)
final class LogSetupTest {
  private static final Logger LOG = LoggerFactory.getLogger("io.luminate.Sample");

  private final PrintStream realOut = System.out;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    System.setOut(realOut);
    LogSetup.configure(
        new LoggingConfig(
            LoggingConfig.Level.WARN, LoggingConfig.Format.TEXT, LoggingConfig.Output.STDERR));
  }

  @Test
  void configure_json_oneObjectPerLine() throws JoseException {
    configure(LoggingConfig.Level.INFO, LoggingConfig.Format.JSON);
    try (var _ = MDC.putCloseable(RequestId.MDC_KEY, "req-1")) {
      LOG.info("said \"{}\"\nand more", "hello", new IllegalStateException("because"));
    }
    LOG.debug("not to be seen");
    List<String> lines = ownLines();
    assertThat(lines).hasSize(1);
    Map<String, Object> line = JsonUtil.parseJson(lines.getFirst());
    assertThat(line)
        .containsEntry("level", "INFO")
        .containsEntry("loggerName", "io.luminate.Sample")
        .containsEntry("formattedMessage", "said \"hello\"\nand more")
        .containsEntry("mdc", Map.of("request_id", "req-1"))
        .containsKeys("timestamp", "throwable");
  }

  @Test
  void configure_text_withRequestId() {
    configure(LoggingConfig.Level.INFO, LoggingConfig.Format.TEXT);
    try (var _ = MDC.putCloseable(RequestId.MDC_KEY, "req-1")) {
      LOG.warn("with");
    }
    LOG.warn("without");
    assertThat(ownLines())
        .satisfiesExactly(
            line -> assertThat(line).matches("\\S+Z WARN  Sample with request_id=req-1"),
            line -> assertThat(line).matches("\\S+Z WARN  Sample without"));
  }

  @Test
  void configure_debug_keepsLibrariesQuiet() {
    configure(LoggingConfig.Level.DEBUG, LoggingConfig.Format.TEXT);
    LOG.debug("ours");
    LoggerFactory.getLogger("org.eclipse.jetty.server.Server").info("theirs");
    LoggerFactory.getLogger("org.jose4j.jwk").warn("theirs");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("ours").doesNotContain("theirs");
  }

  @Test
  void configure_error_isNotLoosenedForLibraries() {
    configure(LoggingConfig.Level.ERROR, LoggingConfig.Format.TEXT);
    LoggerFactory.getLogger("org.eclipse.jetty.server.Server").warn("theirs");
    LOG.warn("ours");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  /** Without those of threads that other tests left in this process. */
  private List<String> ownLines() {
    String text = out.toString(StandardCharsets.UTF_8);
    return text.lines().filter(line -> line.contains("Sample")).toList();
  }

  private void configure(LoggingConfig.Level level, LoggingConfig.Format format) {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    LogSetup.configure(new LoggingConfig(level, format, LoggingConfig.Output.STDOUT));
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.luminate.server.config.LoggingConfig;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the process' log up. */
public final class LogSetup {
  /** Libraries whose chatter is of no use to someone who runs the server. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "org.eclipse.jetty", Level.WARN,
          "org.glassfish", Level.WARN,
          "org.jose4j", Level.ERROR,
          "io.micrometer", Level.WARN,
          "io.prometheus", Level.WARN);

  private static final String TEXT_PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{0} %msg%replace( request_id=%X{"
          + RequestId.MDC_KEY
          + "}){' request_id=$', ''}%n";

  private LogSetup() {}

  /** Replaces whatever set-up there was. */
  public static void configure(LoggingConfig config) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException("the log's implementation must be logback");
    }
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget(
        switch (config.output()) {
          case STDOUT -> "System.out";
          case STDERR -> "System.err";
        });
    appender.setEncoder(encoder(config.format(), context));
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(config.level()));
    root.addAppender(appender);
    QUIET.forEach((name, least) -> context.getLogger(name).setLevel(atLeast(least, root)));
    quietPlatformLogging();
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggingConfig.Format format, LoggerContext context) {
    return switch (format) {
      case JSON -> json(context);
      case TEXT -> text(context);
    };
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT_PATTERN);
    encoder.start();
    return encoder;
  }

  private static Level level(LoggingConfig.Level level) {
    return switch (level) {
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
    };
  }

  private static Level atLeast(Level least, ch.qos.logback.classic.Logger root) {
    return root.getLevel().isGreaterOrEqual(least) ? root.getLevel() : least;
  }

  /** Jersey logs through java.util.logging, which would print its own format to stderr. */
  private static void quietPlatformLogging() {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(java.util.logging.Level.SEVERE);
    }
  }
}

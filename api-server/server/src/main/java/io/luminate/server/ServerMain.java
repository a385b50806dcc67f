// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server;

import io.luminate.model.RetentionRules;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.InternalTokens;
import io.luminate.server.config.BatchWriteConfig;
import io.luminate.server.config.ClickHouseConfig;
import io.luminate.server.config.CommandLine;
import io.luminate.server.config.ConfigException;
import io.luminate.server.config.ConfigLoader;
import io.luminate.server.config.LimitsConfig;
import io.luminate.server.config.LoadedConfig;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.RocksDbConfig;
import io.luminate.server.http.ApiServer;
import io.luminate.server.limits.LimitsFile;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.RetentionInForce;
import io.luminate.server.limits.TenantLimits;
import io.luminate.server.limits.document.LimitsDocument;
import io.luminate.server.limits.usage.SeriesCounts;
import io.luminate.server.limits.usage.SeriesWatch;
import io.luminate.server.telemetry.LogSetup;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.MetricsStore;
import io.luminate.store.StoreException;
import io.luminate.store.clickhouse.ClickHouseStore;
import io.luminate.store.clickhouse.ClickHouseStoreOptions;
import io.luminate.store.clickhouse.client.ClickHouseAccess;
import io.luminate.store.clickhouse.read.ReadLimits;
import io.luminate.store.clickhouse.schema.Ownership;
import io.luminate.store.clickhouse.schema.Topology;
import io.luminate.store.clickhouse.write.Acknowledgement;
import io.luminate.store.clickhouse.write.WriteOptions;
import io.luminate.store.rocksdb.engine.RocksMetricsStore;
import io.luminate.store.rocksdb.engine.RocksStoreOptions;
import io.luminate.store.rocksdb.journal.Durability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a server and stays until it is told to stop. Exit codes: 0 stopped or checked, 1 could not
 * start, 2 the command line or the configuration is wrong.
 */
public final class ServerMain {
  /** Per tenant; a retry comes within seconds, so this covers thousands of writes per second. */
  private static final int IDEMPOTENCY_KEYS_MAX = 100_000;

  /**
   * Of five eighths of the heap, before anything is left for the series of points that go to
   * ClickHouse: blocks on their way, bodies, the points of requests that wait, the code's own.
   * Found by loads with 32 clients, in which a heap that is nearly full costs more than parsing
   * again.
   */
  private static final long BESIDE_SERIES_BYTES = 116L << 20;

  /** However small the heap is, series get one part in so many. */
  private static final int SERIES_HEAP_SHARE_MIN = 16;

  /** So soon it is told that a limit comes near, and so often a store is asked at least. */
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(ServerMain.class);

  private static final int EXIT_START = 1;
  private static final int EXIT_CONFIG = 2;

  private ServerMain() {}

  public static void main(String[] arguments) {
    int exit = run(List.of(arguments), System.getenv(), System.out, System.err);
    if (exit != 0) {
      System.exit(exit);
    }
  }

  static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (!arguments.isEmpty() && arguments.getFirst().equals(Cleanup.COMMAND)) {
      return Cleanup.run(arguments.subList(1, arguments.size()), out, err);
    }
    try {
      CommandLine commandLine = CommandLine.parse(arguments);
      return switch (commandLine.action()) {
        case HELP -> say(out, CommandLine.USAGE);
        case VERSION -> say(out, "luminate-server " + version() + "\n");
        case CHECK_CONFIG -> check(ConfigLoader.load(commandLine, environment), out);
        case SERVE -> serve(ConfigLoader.load(commandLine, environment), out);
      };
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return EXIT_CONFIG;
    } catch (IOException | StoreException e) {
      err.println("luminate-server could not start: " + startFailure(e));
      return EXIT_START;
    }
  }

  /** With the word for programs before it, where there is one: a pod's status has this line. */
  private static String startFailure(Exception failure) {
    return failure instanceof StoreException refusal && refusal.details().containsKey("reason")
        ? refusal.details().get("reason") + ": " + refusal.getMessage()
        : String.valueOf(failure.getMessage());
  }

  private static int say(PrintStream out, String text) {
    out.print(text);
    return 0;
  }

  private static int check(LoadedConfig loaded, PrintStream out) throws ConfigException {
    Authenticator.check(loaded.config().auth());
    internalTokens(loaded.config());
    checkLimits(loaded.config().limits(), out);
    loaded.settings().forEach(out::println);
    loaded.warnings().forEach(warning -> out.println("warning: " + warning));
    out.println("the configuration is good");
    return 0;
  }

  private static void checkLimits(LimitsConfig config, PrintStream out) throws ConfigException {
    Optional<Path> file = config.path();
    if (file.isPresent()) {
      LimitsDocument document = LimitsFile.check(file.get());
      out.println(
          "limits document: " + document.versionText() + ", tenants: " + document.tenants().size());
      document
          .ignored()
          .forEach(path -> out.println("warning: limits document: " + path + " is not known"));
    }
  }

  /** Returns once the server listens; it then lives until the process is told to end. */
  private static int serve(LoadedConfig loaded, PrintStream out)
      throws ConfigException, IOException {
    LuminateConfig config = loaded.config();
    LogSetup.configure(config.logging());
    loaded.warnings().forEach(LOG::warn);
    InstantSource clock = InstantSource.system();
    LimitsInForce limits = new LimitsInForce(TenantLimits.of(config), clock);
    Optional<LimitsFile> limitsFile = openLimits(config.limits(), limits);
    Optional<InternalTokens> internalTokens = internalTokens(config);
    Authenticator authenticator = Authenticator.of(config.auth(), clock);
    Telemetry telemetry = new Telemetry(config.metrics().interval(), clock);
    RetentionRules rules = RetentionInForce.rules(limits, config.retention());
    MetricsStore store = openStore(config, rules, clock);
    SeriesWatch series =
        new SeriesWatch(SeriesCounts.of(store), limits::of, config.metrics().interval(), clock);
    telemetry.bindStore(store, config.storage().backend().name().toLowerCase(Locale.ROOT));
    ApiServer server =
        new ApiServer(
            new ApiServer.Parts(
                config,
                limits,
                series,
                store,
                authenticator,
                internalTokens,
                telemetry,
                clock,
                System::nanoTime,
                version()));
    try {
      server.start();
    } catch (IOException e) {
      store.close();
      throw e;
    }
    List<AutoCloseable> closing = new ArrayList<>();
    closing.add(server);
    Duration pollInterval = config.limits().pollInterval();
    limitsFile.ifPresent(
        file -> closing.add(Recurring.start("limits-file", pollInterval, file::poll)));
    closing.add(Recurring.start("series-watch", WATCH_INTERVAL, series::look));
    closing.add(Recurring.start("rate-watch", WATCH_INTERVAL, server::watchRates));
    closing.add(Recurring.start("trim", WATCH_INTERVAL, server::trim));
    closing.add(
        Recurring.start(
            "retention",
            config.retention().cleanupInterval(),
            () -> LOG.info("retention: {}", store.enforceRetention())));
    closing.addAll(List.of(store, authenticator, telemetry));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(closing), "shutdown"));
    greet(new Greeting(config, server.port(), server.managementPort(), server.internalPort()), out);
    return 0;
  }

  /** Whoever collects a log of JSON reads every line as such. */
  private static void greet(Greeting greeting, PrintStream out) {
    switch (greeting.config().logging().format()) {
      case JSON -> LOG.info(greeting.listening());
      case TEXT -> {
        out.print(greeting.text());
        out.flush();
      }
    }
  }

  /** The limits document of the configured file, if there is one. */
  private static Optional<LimitsFile> openLimits(LimitsConfig config, LimitsInForce limits)
      throws ConfigException {
    Optional<Path> path = config.path();
    return path.isPresent() ? Optional.of(LimitsFile.open(path.get(), limits)) : Optional.empty();
  }

  private static Optional<InternalTokens> internalTokens(LuminateConfig config)
      throws ConfigException {
    Optional<Path> path = config.management().internalTokenPath();
    return path.isPresent() ? Optional.of(InternalTokens.open(path.get())) : Optional.empty();
  }

  /** The order matters: no request may find its store closed. */
  private static void stop(List<AutoCloseable> parts) {
    LOG.info("shutting down");
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.error("{} did not close cleanly", part.getClass().getSimpleName(), e);
      }
    }
    LOG.info("stopped");
  }

  private static MetricsStore openStore(
      LuminateConfig config, RetentionRules rules, InstantSource clock) {
    return switch (config.storage().backend()) {
      case ROCKSDB -> openRocksDb(config, rules, clock);
      case CLICKHOUSE -> openClickHouse(config, rules, clock);
    };
  }

  private static MetricsStore openRocksDb(
      LuminateConfig config, RetentionRules rules, InstantSource clock) {
    RocksDbConfig rocksdb = config.storage().rocksdb();
    Durability durability =
        switch (rocksdb.durability()) {
          case DISK -> Durability.DISK;
          case PROCESS -> Durability.PROCESS;
        };
    RocksStoreOptions options =
        RocksStoreOptions.defaults()
            .withClock(clock)
            .withData(config.entityKeys(), config.retention().policies())
            .withRetention(rules, config.retention().shorteningGrace())
            .withDurability(durability)
            .withIdempotency(config.batchWrite().idempotencyWindow(), IDEMPOTENCY_KEYS_MAX)
            .withCleanup(Duration.ZERO);
    return RocksMetricsStore.open(rocksdb.dataDir(), options);
  }

  private static MetricsStore openClickHouse(
      LuminateConfig config, RetentionRules rules, InstantSource clock) {
    ClickHouseConfig clickHouse = config.storage().clickhouse();
    ClickHouseAccess access = access(clickHouse);
    List<String> readAddresses = clickHouse.readAddresses();
    return ClickHouseStore.open(
        ClickHouseStoreOptions.defaults(access)
            .withReadAccess(readAddresses.isEmpty() ? access : access.at(readAddresses))
            .withDatabase(
                clickHouse
                    .cluster()
                    .<Topology>map(Topology.Cluster::new)
                    .orElseGet(Topology.SingleServer::new),
                new Ownership(clickHouse.ownership().owner(), clickHouse.ownership().adopt()))
            .withData(clock, config.entityKeys(), config.retention().policies())
            .withRetention(rules, config.retention().shorteningGrace())
            .withWork(
                writes(config.batchWrite(), clickHouse.acknowledge()),
                ReadLimits.ofMemory(clickHouse.maxQueryMemoryBytes())));
  }

  private static ClickHouseAccess access(ClickHouseConfig config) {
    ClickHouseConfig.Connections connections = config.connections();
    String caFile = config.login().caFile();
    return new ClickHouseAccess(
        config.addresses(),
        config.database(),
        config.login().username(),
        config.login().password().reveal(),
        new ClickHouseAccess.Connections(
            connections.maxOpen(), connections.maxIdle(), connections.maxLifetime()),
        caFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(caFile)));
  }

  private static WriteOptions writes(
      BatchWriteConfig config, ClickHouseConfig.Acknowledge acknowledge) {
    Acknowledgement acknowledgement =
        switch (acknowledge) {
          case STORED -> Acknowledgement.STORED;
          case BUFFERED -> Acknowledgement.BUFFERED;
        };
    WriteOptions.Keys keys = WriteOptions.DEFAULT.keys();
    return WriteOptions.DEFAULT
        .withBatches(
            config.flushInterval(), config.flushRows(), WriteOptions.DEFAULT.batches().inserts())
        .with(
            new WriteOptions.Keys(config.idempotencyWindow(), keys.perTenantMax(), keys.inserts()))
        .with(acknowledgement)
        .withSeries(seriesBytes(Runtime.getRuntime().maxMemory()));
  }

  static long seriesBytes(long heapBytes) {
    long spare = heapBytes / 8 * 5 - BESIDE_SERIES_BYTES;
    return Math.max(heapBytes / SERIES_HEAP_SHARE_MIN, Math.min(heapBytes / 5 * 2, spare));
  }

  private static String version() {
    return Optional.ofNullable(ServerMain.class.getPackage().getImplementationVersion())
        .orElse("0.1.0-SNAPSHOT");
  }
}

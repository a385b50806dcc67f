// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.auth.Authenticator;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.RateLimits;
import io.luminate.server.config.ServerConfig;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.ingest.IngestService;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.query.QueryBounds;
import io.luminate.server.query.QueryService;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.MetricsStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two listeners: the API, and the one for probes and scrapers. */
public final class ApiServer implements AutoCloseable {
  /** Room for a token of 100 KB, which then is refused as a token. */
  private static final int HEADER_BYTES_MAX = 128 << 10;

  /** Sockets; each costs some tens of kilobytes. */
  private static final int CONNECTIONS_MAX = 4_096;

  /** Writes at work: those that wait for the disk together are committed together. */
  private static final int THREADS_MAX = 128;

  /** Of a sixth of the heap, before the texts of series that were seen before have the rest. */
  private static final long BESIDE_CACHE_BYTES = 16L << 20;

  private static final int MANAGEMENT_THREADS_MAX = 8;
  private static final int MANAGEMENT_CONNECTIONS_MAX = 64;
  private static final int HTTP2_WINDOW_BYTES = 1 << 20;

  /** Of the shutdown timeout: then who is not done is told to end, and still gets an answer. */
  private static final double HURRY_SHARE = 0.6;

  /** Of the shutdown timeout: then connections are closed, whatever is at work. */
  private static final double DRAIN_SHARE = 0.8;

  /** Of the shutdown timeout, for each listener: how long clients may take to leave. */
  private static final double STOP_SHARE = 0.08;

  /** Of the shutdown timeout: how long a connection may then be idle, as clients may wait on it. */
  private static final double IDLE_SHARE = 0.04;

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** What the listeners need; all of it is closed by its owner, after this server. */
  public record Parts(
      LuminateConfig config,
      MetricsStore store,
      Authenticator authenticator,
      Telemetry telemetry,
      InstantSource clock,
      LongSupplier nanoClock,
      String version) {}

  private final Parts parts;
  private final RateGate rates;
  private final Server api;
  private final Server management;
  private final RequestBodies bodies;
  private final JerseyHandler jersey;
  private final DrainingHandler gate;
  private final AtomicBoolean ready = new AtomicBoolean();

  public ApiServer(Parts parts) {
    this(parts, MemoryBudget.ofRequests(), MemoryBudget.ofReplies());
  }

  ApiServer(Parts parts, MemoryBudget requests, MemoryBudget replies) {
    this.parts = parts;
    this.rates = new RateGate(rateLimiter(), parts.telemetry(), parts.clock());
    this.bodies =
        new RequestBodies(new BufferPool(requests), parts.config().server().readTimeout());
    this.jersey =
        new JerseyHandler(
            resources(),
            new ApiCall.Door(parts.authenticator(), rates),
            bodies,
            replies,
            parts.config().batchWrite().compression());
    this.gate = new DrainingHandler(routes(), bodies);
    this.api = apiServer();
    this.management = managementServer();
  }

  /** Throws when a port cannot be had; the message names the setting. */
  public void start() throws IOException {
    start(api, "server.host, server.port");
    try {
      start(management, "management.host, management.port");
    } catch (IOException e) {
      stop(api);
      throw e;
    }
    ready.set(true);
  }

  public int port() {
    return port(api);
  }

  public int managementPort() {
    return port(management);
  }

  /**
   * Stops taking requests and lets those in flight finish, within the shutdown timeout. Meanwhile
   * new ones are answered with 503, and probes as before.
   */
  @Override
  public void close() {
    ready.set(false);
    Thread hurrying = Thread.ofVirtual().start(this::hurryLater);
    try {
      gate.drain().get(shareMillis(DRAIN_SHARE), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOG.warn("requests did not finish in time; their connections are closed");
    } catch (InterruptedException | ExecutionException hasty) {
      Thread.currentThread().interrupt();
    }
    hurrying.interrupt();
    stop(api);
    stop(management);
  }

  private void hurryLater() {
    try {
      TimeUnit.MILLISECONDS.sleep(shareMillis(HURRY_SHARE));
      jersey.cancelAll();
      bodies.hurry();
      connector(api)
          .getConnectedEndPoints()
          .forEach(connection -> connection.setIdleTimeout(shareMillis(IDLE_SHARE)));
    } catch (InterruptedException drained) {
      Thread.currentThread().interrupt();
    }
  }

  private long shareMillis(double share) {
    return Math.max(1, (long) (parts.config().server().shutdownTimeout().toMillis() * share));
  }

  private RateLimiter rateLimiter() {
    RateLimits limits = parts.config().rateLimits();
    int batchSizeMax = parts.config().batchWrite().maxBatchSize();
    return new RateLimiter(tenant -> limits, batchSizeMax, () -> 1, parts.nanoClock());
  }

  private ResourceConfig resources() {
    MetricsStore store = parts.store();
    String backend = parts.config().storage().backend().name().toLowerCase(Locale.ROOT);
    QueryService queries = new QueryService(store, bounds(), parts.clock());
    return new ResourceConfig()
        .register(
            new QueryResource(
                queries,
                new ConcurrentQueries(parts.config().rateLimits().concurrentQueries()),
                parts.telemetry()))
        .register(new DiscoveryResource(queries, parts.telemetry()))
        .register(new AdminResource(store))
        .register(new HealthResource(store, backend, parts.version()))
        .register(new FailureMapper(parts.telemetry()))
        .register(new AllowedMethods())
        .property(ServerProperties.WADL_FEATURE_DISABLE, true)
        .property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
  }

  private QueryBounds bounds() {
    QueryLimits limits = parts.config().queryLimits();
    return new QueryBounds(
        limits.maxQueryTimeout(),
        limits.defaultQueryTimeout(),
        limits.maxQueryTimeRange(),
        limits.maxResultPoints(),
        limits.maxGroupByCardinality());
  }

  private WriteHandler writes() {
    CardinalityLimits limits = parts.config().cardinalityLimits();
    PointRules rules =
        new PointRules(
            limits.maxDimensionsPerMetric(),
            limits.maxDimensionKeyLength(),
            limits.maxDimensionValueLength());
    long heapBytes = Runtime.getRuntime().maxMemory();
    long cacheBytes = Math.max(heapBytes / 32, heapBytes / 6 - BESIDE_CACHE_BYTES);
    int slots = (int) Math.min(SeriesCache.SLOTS_MAX, cacheBytes / SeriesCache.BYTES_PER_SLOT);
    SeriesCache cache = new SeriesCache(slots);
    int batchSizeMax = parts.config().batchWrite().maxBatchSize();
    return new WriteHandler(
        new IngestService(parts.store()),
        parts.authenticator(),
        parts.telemetry(),
        rates,
        bodies,
        () -> new PointDecoder(parts.store(), cache, rules, batchSizeMax),
        parts.config().batchWrite(),
        parts.clock());
  }

  private Handler routes() {
    Handler.Sequence routes = new Handler.Sequence(writes());
    if (parts.config().metrics().enabled()) {
      routes.addHandler(scrape(Optional.of(parts.authenticator())));
    }
    routes.addHandler(jersey);
    return routes;
  }

  private Server apiServer() {
    Server server = server("api", THREADS_MAX, CONNECTIONS_MAX);
    server.setHandler(bounded(gate));
    ServerConfig config = parts.config().server();
    listen(server, config.host(), config.port());
    return server;
  }

  private Server managementServer() {
    Handler.Sequence routes = new Handler.Sequence(new ProbeHandler(ready::get));
    if (parts.config().metrics().enabled()) {
      routes.addHandler(scrape(Optional.empty()));
    }
    Server server = server("management", MANAGEMENT_THREADS_MAX, MANAGEMENT_CONNECTIONS_MAX);
    server.setHandler(bounded(routes));
    listen(server, parts.config().management().host(), parts.config().management().port());
    return server;
  }

  private Handler bounded(Handler handler) {
    HeaderSizes sized = new HeaderSizes(handler, HEADER_BYTES_MAX);
    return new RequestIds(new ReplyDeadlines(sized, parts.config().server().writeTimeout()));
  }

  private ScrapeHandler scrape(Optional<Authenticator> authenticator) {
    return new ScrapeHandler(parts.config().metrics().path(), parts.telemetry(), authenticator);
  }

  private Server server(String name, int threadsMax, int connectionsMax) {
    QueuedThreadPool threads = new QueuedThreadPool(threadsMax, Math.min(8, threadsMax));
    threads.setName(name);
    Server server = new Server(threads);
    server.setErrorHandler(new ErrorReplies());
    server.setStopTimeout(shareMillis(STOP_SHARE));
    server.addBean(new NetworkConnectionLimit(connectionsMax, server));
    return server;
  }

  private void listen(Server server, String host, int port) {
    Duration readTimeout = parts.config().server().readTimeout();
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    HttpConfiguration roomier = new HttpConfiguration(http);
    roomier.setRequestHeaderSize(2 * HEADER_BYTES_MAX);
    HTTP2CServerConnectionFactory http2 = new HTTP2CServerConnectionFactory(roomier);
    http2.setInitialStreamRecvWindow(HTTP2_WINDOW_BYTES);
    http2.setInitialSessionRecvWindow(4 * HTTP2_WINDOW_BYTES);
    ServerConnector connector =
        new DrainingConnector(server, readTimeout, new HttpConnectionFactory(http), http2);
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(readTimeout.toMillis());
    connector.setShutdownIdleTimeout(shareMillis(IDLE_SHARE));
    server.addConnector(connector);
  }

  private static void start(Server server, String settings) throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new IOException("cannot listen where " + settings + " says: " + e.getMessage(), e);
    }
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("a listener stopped with requests still at work", e);
    }
  }

  private static int port(Server server) {
    return connector(server).getLocalPort();
  }

  private static ServerConnector connector(Server server) {
    return (ServerConnector) server.getConnectors()[0];
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.TenantId;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.InternalTokens;
import io.luminate.server.config.CardinalityLimits;
import io.luminate.server.config.LuminateConfig;
import io.luminate.server.config.ManagementConfig;
import io.luminate.server.config.QueryLimits;
import io.luminate.server.config.ServerConfig;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.http.json.UsageReply;
import io.luminate.server.ingest.IngestService;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.server.limits.ConcurrentQueries;
import io.luminate.server.limits.LimitsInForce;
import io.luminate.server.limits.Origin;
import io.luminate.server.limits.RateLimiter;
import io.luminate.server.limits.RetentionInForce;
import io.luminate.server.limits.usage.RateUse;
import io.luminate.server.limits.usage.RateWatch;
import io.luminate.server.limits.usage.SeriesWatch;
import io.luminate.server.limits.usage.TenantSeries;
import io.luminate.server.query.QueryBounds;
import io.luminate.server.query.QueryService;
import io.luminate.server.telemetry.LimitRatio;
import io.luminate.server.telemetry.LimitsReading;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.MetricsStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners: the API, the one for probes and scrapers, and that of an operator. */
public final class ApiServer implements AutoCloseable {
  /** Each has a thread: those that wait for the disk together are committed together. */
  static final int WRITES_MAX = 128;

  /** For what waits for nobody: to read and refuse requests, and to answer while writes wait. */
  private static final int OTHER_THREADS = 32;

  private static final Listener.Size API_SIZE =
      new Listener.Size(WRITES_MAX + OTHER_THREADS, 4_096);

  private static final Listener.Size MANAGEMENT_SIZE = new Listener.Size(8, 64);

  /** Of a sixth of the heap, before the texts of series that were seen before have the rest. */
  private static final long BESIDE_CACHE_BYTES = 24L << 20;

  /** Of what an operator sends: a largest document while its buffer grows, and another. */
  private static final long INTERNAL_BYTES_MAX = 64L << 20;

  /** Of the shutdown timeout: then who is not done is told to end, and still gets an answer. */
  private static final double HURRY_SHARE = 0.6;

  /** Of the shutdown timeout: then connections are closed, whatever is at work. */
  private static final double DRAIN_SHARE = 0.8;

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** What the listeners need; all of it is closed by its owner, after this server. */
  public record Parts(
      LuminateConfig config,
      LimitsInForce limits,
      SeriesWatch series,
      MetricsStore store,
      Authenticator authenticator,
      Optional<InternalTokens> internalTokens,
      Telemetry telemetry,
      InstantSource clock,
      LongSupplier nanoClock,
      String version) {}

  private final Parts parts;
  private final RetentionInForce retention;
  private final RateLimiter limiter;
  private final RateGate rates;
  private final ConcurrentQueries running;
  private final RateWatch rateWatch;
  private final ServerShares shares;
  private final UsageView usage;
  private final MemoryBudget replies;
  private final Listener api;
  private final Listener management;
  private final Optional<Listener> internal;
  private final RequestBodies bodies;
  private final DecoderPool decoders;
  private final JerseyHandler jersey;
  private final DrainingHandler gate;
  private final AtomicBoolean ready = new AtomicBoolean();

  public ApiServer(Parts parts) {
    this(parts, MemoryBudget.ofRequests(), MemoryBudget.ofReplies(), JerseyHandler.CONCURRENT_MAX);
  }

  /**
   * @param callsMax other than writes, at work or being answered
   */
  ApiServer(Parts parts, MemoryBudget requests, MemoryBudget replies, int callsMax) {
    this.parts = parts;
    this.replies = replies;
    this.retention =
        new RetentionInForce(parts.limits(), parts.config().retention(), parts.store());
    this.limiter = rateLimiter();
    this.running =
        new ConcurrentQueries(
            tenant -> parts.limits().of(tenant).rates().concurrentQueries(),
            parts.limits()::replicas,
            parts.nanoClock());
    this.rates = new RateGate(limiter, running, parts.telemetry(), parts.clock());
    this.rateWatch =
        new RateWatch(limiter, running, parts.config().metrics().interval(), parts.clock());
    this.bodies =
        new RequestBodies(new BufferPool(requests), parts.config().server().readTimeout());
    this.shares =
        new ServerShares(
            BodyShares.ofWrites(bodies.pool(), parts.config().batchWrite().maxRequestSizeBytes()),
            BodyShares.ofOthers(bodies.others(), JerseyHandler.BODY_BYTES_MAX),
            new TenantShares(callsMax, replies),
            new WritesAtWork(WRITES_MAX));
    this.decoders = decoders();
    this.usage = usage();
    this.jersey =
        new JerseyHandler(
            resources(),
            parts.authenticator(),
            rates,
            bodies,
            shares,
            callsMax,
            replies,
            parts.config().batchWrite().compression(),
            parts.telemetry());
    this.gate = new DrainingHandler(routes(), bodies);
    parts.telemetry().bindLimits(this::limitsReading);
    parts.telemetry().bindLimitRatios(this::limitRatios);
    this.api = apiListener();
    this.management = managementListener();
    this.internal = parts.internalTokens().map(this::internalListener);
  }

  /** Throws when a port cannot be had; the message names the setting. */
  public void start() throws IOException {
    List<Listener> started = new ArrayList<>();
    try {
      for (Listener listener : listeners()) {
        listener.start();
        started.add(listener);
      }
    } catch (IOException e) {
      started.forEach(Listener::stop);
      throw e;
    }
    ready.set(true);
  }

  /** In the order in which they stop. */
  private List<Listener> listeners() {
    return Stream.concat(Stream.of(api, management), internal.stream()).toList();
  }

  public int port() {
    return api.port();
  }

  public int managementPort() {
    return management.port();
  }

  /** Where an operator is listened to, if anywhere. */
  public OptionalInt internalPort() {
    return internal.stream().mapToInt(Listener::port).findFirst();
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
    listeners().forEach(Listener::stop);
  }

  private void hurryLater() {
    try {
      TimeUnit.MILLISECONDS.sleep(shareMillis(HURRY_SHARE));
      jersey.cancelAll();
      bodies.hurry();
      api.hurry();
    } catch (InterruptedException drained) {
      Thread.currentThread().interrupt();
    }
  }

  private long shareMillis(double share) {
    return Listener.shareMillis(parts.config().server(), share);
  }

  private LimitsReading limitsReading() {
    LimitsInForce limits = parts.limits();
    return new LimitsReading(
        limits.state().version().orElse(0),
        limits.state().since(),
        limits.refused(Origin.Way.FILE),
        limits.refused(Origin.Way.PUSH),
        limits.isFileGood());
  }

  private UsageView usage() {
    ServerLimits ofServer = new ServerLimits(parts.config(), shares, parts.store());
    return new UsageView(
        new UsageReply.Sources(
            parts.limits(), limiter, running, parts.store()::keysByGrowth, ofServer::of),
        parts.series(),
        rateWatch);
  }

  /** Says in the log who comes near a rate; to be called now and then. */
  public void watchRates() {
    rateWatch.near();
  }

  /** Gives up memory that the last requests had no use for; to be called now and then. */
  public void trim() {
    decoders.trim();
  }

  private List<LimitRatio> limitRatios() {
    return Stream.concat(seriesRatios(), rateWatch.uses().map(ApiServer::ratio)).toList();
  }

  private static LimitRatio ratio(RateUse use) {
    return new LimitRatio(use.key().tenant().value(), use.key().limit().setting(), use.ratio());
  }

  /** The largest metric's. */
  private Stream<LimitRatio> seriesRatios() {
    return parts.series().look().stream()
        .flatMap(reading -> reading.tenants().values().stream())
        .flatMap(
            tenant ->
                Stream.concat(Stream.of(tenant.metrics()), tenant.largest().stream().limit(1)))
        .map(TenantSeries.Counted::use)
        .map(
            use ->
                new LimitRatio(
                    use.key().tenant().value(), use.key().limit().setting(), use.ratio()));
  }

  private RateLimiter rateLimiter() {
    LimitsInForce limits = parts.limits();
    int batchSizeMax = parts.config().batchWrite().maxBatchSize();
    return new RateLimiter(
        tenant -> limits.of(tenant).rates(), batchSizeMax, limits::replicas, parts.nanoClock());
  }

  /** All that Jersey answers, made anew. */
  ResourceConfig resources() {
    MetricsStore store = parts.store();
    String backend = parts.config().storage().backend().name().toLowerCase(Locale.ROOT);
    QueryService queries = new QueryService(store, this::bounds, parts.clock());
    return new ResourceConfig()
        .register(new QueryResource(queries))
        .register(new DiscoveryResource(queries))
        .register(new UsageResource(usage))
        .register(new AdminResource(store, retention))
        .register(new HealthResource(store, backend, parts.version()))
        .register(new FailureMapper())
        .register(new ErrorWriter())
        .register(new AllowedMethods())
        .register(RequestParameter.binder())
        .property(ServerProperties.WADL_FEATURE_DISABLE, true)
        .property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true);
  }

  private QueryBounds bounds(TenantId tenant) {
    QueryLimits limits = parts.limits().of(tenant).queries();
    return new QueryBounds(
        limits.maxQueryTimeout(),
        limits.defaultQueryTimeout(),
        limits.maxQueryTimeRange(),
        limits.maxResultPoints(),
        limits.maxGroupByCardinality());
  }

  private DecoderPool decoders() {
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
    return new DecoderPool(() -> new PointDecoder(parts.store(), cache, rules, batchSizeMax));
  }

  private WriteHandler writes() {
    return new WriteHandler(
        new IngestService(parts.store()),
        parts.authenticator(),
        parts.telemetry(),
        rates,
        bodies,
        shares,
        decoders,
        tenant -> parts.limits().of(tenant).series(),
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

  private Listener apiListener() {
    ServerConfig config = parts.config().server();
    Listener.Address address =
        new Listener.Address(config.host(), config.port(), "server.host, server.port");
    return new Listener("api", address, API_SIZE, config, gate);
  }

  private Listener managementListener() {
    Handler.Sequence routes = new Handler.Sequence(new ProbeHandler(ready::get));
    if (parts.config().metrics().enabled()) {
      routes.addHandler(scrape(Optional.empty()));
    }
    ManagementConfig config = parts.config().management();
    Listener.Address address =
        new Listener.Address(config.host(), config.port(), "management.host, management.port");
    return new Listener("management", address, MANAGEMENT_SIZE, parts.config().server(), routes);
  }

  /** Its bodies have room of their own: clients' writes must not keep a lower limit out. */
  private Listener internalListener(InternalTokens tokens) {
    ManagementConfig config = parts.config().management();
    Listener.Address address =
        new Listener.Address(
            config.host(), config.internalPort(), "management.host, management.internal_port");
    BufferPool pool = new BufferPool(MemoryBudget.ofRequests(INTERNAL_BYTES_MAX));
    InternalHandler handler =
        new InternalHandler(
            tokens,
            new InternalCalls(parts.limits(), usage, parts.store()),
            new RequestBodies(pool, parts.config().server().readTimeout()),
            replies);
    return new Listener("internal", address, MANAGEMENT_SIZE, parts.config().server(), handler);
  }

  private ScrapeHandler scrape(Optional<Authenticator> authenticator) {
    return new ScrapeHandler(
        parts.config().metrics().path(), parts.telemetry(), rates, authenticator);
  }
}

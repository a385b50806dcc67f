// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.server.auth.Authenticator;
import io.luminate.server.auth.Principal;
import io.luminate.server.auth.Scope;
import io.luminate.server.config.BatchWriteConfig;
import io.luminate.server.http.json.MalformedJsonException;
import io.luminate.server.http.json.PointCounter;
import io.luminate.server.http.json.PointDecoder;
import io.luminate.server.http.json.WriteReply;
import io.luminate.server.http.reply.ApiError;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.http.reply.Failures;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IdempotencyKey;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.IngestService;
import io.luminate.server.ingest.RejectedPoint;
import io.luminate.server.ingest.WriteOutcome;
import io.luminate.server.limits.RateLimiter.Kind;
import io.luminate.server.telemetry.RequestId;
import io.luminate.server.telemetry.RequestStatus;
import io.luminate.server.telemetry.Telemetry;
import io.luminate.store.AcceptedPoints;
import io.luminate.store.BodyHash;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesLimits;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * {@code POST /api/v1/write}: the body into a pooled array, the array through a pooled decoder, the
 * points into the store, on Jetty's threads. {@link WritesAtWork} bounds those that this takes, the
 * memory budget the writes in flight.
 */
final class WriteHandler extends Handler.Abstract {
  static final String PATH = "/api/v1/write";

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** A receipt is one byte that says which status, then the body of the answer. */
  private static final byte RECEIPT_ALL = 0;

  private static final byte RECEIPT_PARTIAL = 1;

  private final IngestService ingest;
  private final Authenticator authenticator;
  private final Telemetry telemetry;
  private final RateGate rates;
  private final RequestBodies bodies;
  private final DecoderPool decoders;
  private final Function<TenantId, SeriesLimits> seriesLimits;
  private final BatchWriteConfig limits;
  private final InstantSource clock;
  private final BodyShares shares;
  private final WritesAtWork atWork;

  WriteHandler(
      IngestService ingest,
      Authenticator authenticator,
      Telemetry telemetry,
      RateGate rates,
      RequestBodies bodies,
      ServerShares shares,
      DecoderPool decoders,
      Function<TenantId, SeriesLimits> seriesLimits,
      BatchWriteConfig limits,
      InstantSource clock) {
    this.ingest = ingest;
    this.authenticator = authenticator;
    this.telemetry = telemetry;
    this.rates = rates;
    this.bodies = bodies;
    this.shares = shares.writes();
    this.atWork = shares.atWork();
    this.decoders = decoders;
    this.seriesLimits = seriesLimits;
    this.limits = limits;
    this.clock = clock;
  }

  /** What the headers say. */
  private record Call(
      IngestScope scope, Inflation inflation, Optional<String> key, long startNanos) {}

  /** An answer as it is sent and counted. */
  private record Answer(int status, byte[] body, int accepted) {}

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!PATH.equals(Request.getPathInContext(request))) {
      return false;
    }
    TenantId tenant = TenantId.DEFAULT;
    try {
      Caller caller = Caller.of(authenticator, request);
      Optional<TenantId> known = caller.tenant();
      if (known.isPresent()) {
        tenant = known.get();
        rates.enter(Kind.WRITE_REQUESTS, tenant, request, response);
      }
      checkMethod(request, response);
      Principal principal = caller.required();
      principal.require(Scope.WRITE);
      atWork.requireRoom(tenant);
      read(request, response, callback, call(request, principal));
    } catch (RuntimeException refused) {
      refuse(request, response, callback, tenant, Failures.of(refused));
    }
    return true;
  }

  private static void checkMethod(Request request, Response response) {
    if (!request.getMethod().equals("POST")) {
      response.getHeaders().put(HttpHeader.ALLOW, "POST");
      throw new ApiException(Failures.ofStatus(405));
    }
  }

  private Call call(Request request, Principal principal) {
    RequestHeaders.checkJson(request);
    Optional<String> key = RequestHeaders.single(request, IDEMPOTENCY_KEY);
    if (key.isPresent() && !IdempotencyKey.valid(key.get())) {
      throw new ApiException(
          400,
          "INVALID_REQUEST",
          "Idempotency-Key must have 1 to 128 printable ASCII characters, got "
              + key.get().length(),
          Map.of("max_length", IdempotencyKey.LENGTH_MAX, "length", key.get().length()));
    }
    return new Call(
        new IngestScope(principal.tenant(), Dimensions.of(principal.pinnedDimensions())),
        RequestHeaders.inflation(request, limits.compression()),
        key,
        System.nanoTime());
  }

  private void read(Request request, Response response, Callback answered, Call call) {
    BodyShares.Place place = shares.enter(Optional.of(call.scope().tenant()));
    Callback callback = Callback.from(answered, place::close);
    bodies.read(
        request,
        place.arriving(),
        limits.maxRequestSizeBytes(),
        new BodyReader.Sink() {
          @Override
          public void body(BodyBuffer body) {
            process(request, response, callback, call, body, place.inflated());
          }

          @Override
          public void refused(ApiException refusal) {
            reply(response, callback, call.scope().tenant(), refusal.error());
          }

          @Override
          public void failed(Throwable failure) {
            abandon(callback, call.scope().tenant(), failure);
          }
        });
  }

  /** The body is read to its end first, or the client might never see the answer. */
  private void refuse(
      Request request, Response response, Callback callback, TenantId tenant, ApiError error) {
    bodies.discard(
        request,
        new ApiException(error),
        why -> reply(response, callback, tenant, why.error()),
        callback::failed);
  }

  private void reply(Response response, Callback callback, TenantId tenant, ApiError error) {
    telemetry.writeError(error.code());
    telemetry.writeRequest(tenant, RequestStatus.ERROR, 0, 0);
    byte[] body = error.toJson();
    Replies.error(response, counted(callback, body.length), error, body);
  }

  private void abandon(Callback callback, TenantId tenant, Throwable failure) {
    if (failure.getCause() instanceof ApiException late) {
      telemetry.writeError(late.error().code());
      telemetry.writeRequest(tenant, RequestStatus.ERROR, 0, 0);
    }
    callback.failed(failure);
  }

  /** What is stored is stored: its answer cannot be refused, but leaves less room for bodies. */
  private Callback counted(Callback callback, int bytes) {
    MemoryBudget budget = bodies.pool().budget();
    budget.add(bytes);
    return Callback.from(
        () -> {
          budget.give(bytes);
          callback.succeeded();
        },
        failure -> {
          budget.give(bytes);
          callback.failed(failure);
        });
  }

  private void process(
      Request request,
      Response response,
      Callback callback,
      Call call,
      BodyBuffer wire,
      BufferPool inflated) {
    MDC.put(RequestId.MDC_KEY, RequestIds.of(request));
    try {
      Answer answer;
      try (WritesAtWork.Place _ = enter(call, wire);
          BodyBuffer body =
              call.inflation().inflate(wire, inflated, BatchWriteConfig.INFLATED_BYTES_MAX)) {
        answer = store(call, body);
      }
      RequestStatus status = answer.status() == 200 ? RequestStatus.SUCCESS : RequestStatus.PARTIAL;
      telemetry.writeRequest(
          call.scope().tenant(), status, answer.accepted(), System.nanoTime() - call.startNanos());
      Callback counted = counted(callback, answer.body().length);
      Replies.send(response, counted, answer.status(), Replies.JSON, answer.body());
    } catch (RuntimeException | Error failure) {
      reply(response, callback, call.scope().tenant(), Failures.of(failure));
    } finally {
      MDC.remove(RequestId.MDC_KEY);
    }
  }

  /** A place, or no body any more. */
  private WritesAtWork.Place enter(Call call, BodyBuffer wire) {
    try {
      return atWork.enter(call.scope().tenant());
    } catch (ApiException full) {
      wire.close();
      throw full;
    }
  }

  private Answer store(Call call, BodyBuffer body) {
    PointDecoder decoder = decoders.take();
    try {
      WriteOutcome outcome =
          ingest.write(
              call.scope(),
              call.key().map(key -> new IdempotencyKey(key, hash(body))),
              bound -> decode(decoder, call, body, bound),
              batch -> receipt(batch, body));
      return answer(outcome);
    } finally {
      decoders.give(decoder);
    }
  }

  /** Who completes a request need not be allowed to begin it. */
  private DecodedBatch decode(
      PointDecoder decoder, Call call, BodyBuffer body, Optional<AcceptedPoints> bound) {
    TenantId tenant = call.scope().tenant();
    if (bound.isPresent()) {
      Admission admission = Admission.bound(clock.millis(), bound.get());
      DecodedBatch batch = decode(decoder, IngestScope.of(tenant), body, admission, _ -> {});
      body.countWith(bytes(batch));
      return batch;
    }
    PointTaking taking = new PointTaking(tenant, body);
    if (rates.available(tenant) < limits.maxBatchSize()) {
      taking.count();
    }
    Admission admission = Admission.at(clock.millis(), seriesLimits.apply(tenant));
    DecodedBatch batch = decode(decoder, call.scope(), body, admission, taking::beforeSeries);
    taking.take(batch.points().size() + batch.rejected().size());
    if (call.key().isEmpty()) {
      // Only under a key may it be read again; others need the memory while this one waits.
      body.giveWayTo(bytes(batch));
    } else {
      body.countWith(bytes(batch));
    }
    return batch;
  }

  private static long bytes(DecodedBatch batch) {
    return (long) batch.points().size() * PointBatch.POINT_BYTES;
  }

  /**
   * Takes the points of a batch, once and all of them or none: before the batch makes a series, as
   * what is refused makes none, and else when the decoder has counted them.
   */
  private final class PointTaking {
    private final TenantId tenant;
    private final BodyBuffer body;
    private boolean isDone;

    PointTaking(TenantId tenant, BodyBuffer body) {
      this.tenant = tenant;
      this.body = body;
    }

    void take(int points) {
      if (!isDone) {
        isDone = true;
        rates.takePoints(tenant, points);
      }
    }

    /** A pass over the body. Of a batch that is too large for anybody the decoder tells. */
    void count() {
      if (!isDone) {
        int points = new PointCounter().count(body.bytes(), body.length());
        isDone = points > limits.maxBatchSize();
        take(points);
      }
    }

    /** There is no need to count where all writes that the tenant may have at work find theirs. */
    void beforeSeries(OptionalInt points) {
      if (points.isPresent()) {
        take(points.getAsInt());
      } else if (rates.available(tenant) < (long) atWork.tenantMax() * limits.maxBatchSize()) {
        count();
      }
    }
  }

  private static DecodedBatch decode(
      PointDecoder decoder,
      IngestScope scope,
      BodyBuffer body,
      Admission admission,
      Consumer<OptionalInt> beforeSeries) {
    try {
      return decoder.decode(scope, body.bytes(), body.length(), admission, beforeSeries);
    } catch (MalformedJsonException e) {
      throw new ApiException(
          400, "INVALID_JSON", String.valueOf(e.getMessage()), Map.of("offset", e.offset()));
    }
  }

  private Answer answer(WriteOutcome outcome) {
    return switch (outcome) {
      case WriteOutcome.Stored stored -> {
        count(stored.rejected());
        yield new Answer(
            stored.rejected().isEmpty() ? 200 : 207,
            WriteReply.stored(stored.accepted(), stored.folded(), stored.rejected()),
            stored.accepted());
      }
      case WriteOutcome.AllRejected all ->
          throw new ApiException(WriteReply.allRejected(all.rejected()));
      case WriteOutcome.Replayed replayed -> {
        byte[] receipt = replayed.receipt();
        byte[] body = Arrays.copyOfRange(receipt, 1, receipt.length);
        yield new Answer(receipt[0] == RECEIPT_ALL ? 200 : 207, body, 0);
      }
    };
  }

  private void count(List<RejectedPoint> rejected) {
    rejected.stream()
        .map(point -> point.rejection().code().name())
        .distinct()
        .forEach(telemetry::writeError);
  }

  private static byte[] receipt(DecodedBatch batch, BodyBuffer body) {
    byte[] reply = WriteReply.stored(batch.points().size(), batch.folded(), batch.rejected());
    byte kind = batch.rejected().isEmpty() ? RECEIPT_ALL : RECEIPT_PARTIAL;
    body.countWith(bytes(batch) + 1 + reply.length);
    return ByteBuffer.allocate(1 + reply.length).put(kind).put(reply).array();
  }

  private static BodyHash hash(BodyBuffer body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(body.bytes(), 0, body.length());
      ByteBuffer words = ByteBuffer.wrap(digest.digest());
      return new BodyHash(words.getLong(), words.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

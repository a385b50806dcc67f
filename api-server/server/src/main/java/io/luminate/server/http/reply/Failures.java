// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.reply;

import io.luminate.server.auth.AuthException;
import io.luminate.server.query.PinnedFilterException;
import io.luminate.store.ErrorCode;
import io.luminate.store.StoreException;
import jakarta.ws.rs.WebApplicationException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures of the layers below as errors of the API. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  public static ApiError of(Throwable failure) {
    return switch (failure) {
      case ApiException api -> api.error();
      case AuthException auth ->
          ApiError.of(auth.reason().status(), auth.reason().code(), text(auth));
      case PinnedFilterException pinned -> ApiError.of(403, "FORBIDDEN", text(pinned));
      case StoreException store -> ofStore(store);
      case WebApplicationException container -> ofStatus(container.getResponse().getStatus());
      case Throwable other -> {
        LOG.error("a request failed", other);
        yield internal();
      }
    };
  }

  private static ApiError ofStore(StoreException failure) {
    ErrorCode code = failure.code();
    if (code.kind() == ErrorCode.Kind.INTERNAL) {
      LOG.error("the store failed with {}", code, failure);
    }
    int status =
        switch (code) {
          case INVALID_QUERY, IDEMPOTENCY_KEY_REUSED, CARDINALITY_EXCEEDED, QUERY_MEMORY_EXCEEDED ->
              400;
          case BATCH_TOO_LARGE -> 413;
          case QUERY_TIMEOUT -> 504;
          case QUERY_CANCELLED, OVERLOADED, STORAGE_UNAVAILABLE -> 503;
          case STORAGE_CORRUPTED, INTERNAL_ERROR -> 500;
        };
    return new ApiError(status, code.name(), text(failure), failure.details());
  }

  public static ApiError internal() {
    return ApiError.of(500, "INTERNAL_ERROR", "the request failed; the server's log says why");
  }

  /** What a container refused before or beside our code. */
  public static ApiError ofStatus(int status) {
    return switch (status) {
      case 401 -> ApiError.of(401, "UNAUTHORIZED", "a token is needed");
      case 403 -> ApiError.of(403, "FORBIDDEN", "not permitted");
      case 404 -> ApiError.of(404, "NOT_FOUND", "there is nothing at this path");
      case 405 -> ApiError.of(405, "METHOD_NOT_ALLOWED", "the path knows other methods; see Allow");
      case 413 -> ApiError.of(413, "BATCH_TOO_LARGE", "the body is too large");
      case 415 ->
          ApiError.of(
              415,
              "UNSUPPORTED_MEDIA_TYPE",
              "the body must be sent as Content-Type: application/json");
      case 414, 431 ->
          ApiError.of(431, "HEADERS_TOO_LARGE", "the request line and headers are too large");
      case 503 -> ApiError.of(503, "OVERLOADED", "the server is shutting down or has no room");
      default ->
          status >= 500 && status != 501 && status != 505
              ? internal()
              : ApiError.of(
                  400, "INVALID_REQUEST", "the request is not valid HTTP for this server");
    };
  }

  private static String text(Throwable failure) {
    return Optional.ofNullable(failure.getMessage()).orElse("no details");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.luminate.server.http.reply.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Content encodings of a write, inflated up to a bound. */
enum Inflation {
  IDENTITY,
  GZIP,
  ZSTD;

  /** Windows above 8 MiB are refused: the window is allocated before the first byte comes out. */
  private static final int ZSTD_WINDOW_LOG_MAX = 23;

  private static final int STEP_BYTES = 64 << 10;

  /** Refuses an encoding that is not known with 415. */
  static Inflation of(String contentEncoding, boolean compressionAllowed) {
    String name = contentEncoding.trim().toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.equals("identity")) {
      return IDENTITY;
    }
    if (compressionAllowed && (name.equals("gzip") || name.equals("x-gzip"))) {
      return GZIP;
    }
    if (compressionAllowed && name.equals("zstd")) {
      return ZSTD;
    }
    throw new ApiException(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        compressionAllowed
            ? "Content-Encoding must be gzip, zstd or identity"
            : "compressed bodies are switched off (batch_write.compression)",
        Map.of("content_encoding", name.length() > 64 ? name.substring(0, 64) : name));
  }

  /**
   * Takes the body and gives back one that is inflated.
   *
   * @throws ApiException 413 past the bound, 400 when the data is corrupt, 503 without room
   */
  BodyBuffer inflate(BodyBuffer body, BufferPool pool, int bytesMax) {
    if (this == IDENTITY) {
      return body;
    }
    try (body) {
      BodyBuffer out = new BodyBuffer(pool, Math.min(bytesMax, body.length() * 4) + STEP_BYTES);
      try (InputStream in = open(body)) {
        copy(in, out, bytesMax);
        return out;
      } catch (IOException e) {
        out.close();
        throw new ApiException(
            400, "INVALID_ENCODING", "the body is not valid " + name().toLowerCase(Locale.ROOT));
      } catch (ApiException e) {
        out.close();
        throw e;
      }
    }
  }

  private InputStream open(BodyBuffer body) throws IOException {
    if (this == GZIP) {
      return new GZIPInputStream(body.stream(), STEP_BYTES);
    }
    ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(body.stream());
    in.setLongMax(ZSTD_WINDOW_LOG_MAX);
    return in;
  }

  private static void copy(InputStream in, BodyBuffer out, int bytesMax) throws IOException {
    while (true) {
      out.reserve(STEP_BYTES);
      int count = in.read(out.bytes(), out.length(), STEP_BYTES - BodyReader.PADDING);
      if (count < 0) {
        return;
      }
      out.added(count);
      if (out.length() > bytesMax) {
        throw new ApiException(
            413,
            "BATCH_TOO_LARGE",
            "the inflated body has more than " + bytesMax + " bytes",
            Map.of("max_inflated_bytes", bytesMax, "received_at_least", out.length()));
      }
    }
  }
}

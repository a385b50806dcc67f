// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.luminate.server.encoding.WholeGzip;
import io.luminate.server.http.reply.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;

/** Content encodings of a body, inflated up to a bound. */
enum Inflation {
  IDENTITY,
  GZIP,
  ZSTD;

  /** Windows above 8 MiB are refused: the window is allocated before the first byte comes out. */
  private static final int ZSTD_WINDOW_LOG_MAX = 23;

  private static final int STEP_BYTES = 64 << 10;

  /** A full batch of large points; more is counted before memory is taken for it. */
  private static final int STORED_BLINDLY_MAX = 8 << 20;

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
      int guess = Math.min(STORED_BLINDLY_MAX, body.length() * 4);
      return inflate(body, new BodyBuffer(pool, guess + STEP_BYTES), pool, bytesMax);
    } catch (ZstdIOException e) {
      throw e.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()
          ? windowTooLarge()
          : invalid();
    } catch (IOException e) {
      throw invalid();
    }
  }

  private ApiException invalid() {
    return new ApiException(
        400, "INVALID_ENCODING", "the body is not valid " + name().toLowerCase(Locale.ROOT));
  }

  private static ApiException windowTooLarge() {
    int bytesMax = 1 << ZSTD_WINDOW_LOG_MAX;
    return new ApiException(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "a zstd window has at most " + bytesMax + " bytes; compress without --long or --ultra",
        Map.of("max_zstd_window_bytes", bytesMax));
  }

  /** What turns out large is inflated twice, so that a bomb never gets the memory it asks for. */
  private BodyBuffer inflate(BodyBuffer body, BodyBuffer out, BufferPool pool, int bytesMax)
      throws IOException {
    try (InputStream in = open(body)) {
      if (copy(in, out, Math.min(STORED_BLINDLY_MAX, bytesMax))) {
        return out;
      }
      int length = count(in, out.length(), bytesMax);
      out.close();
      return inflate(body, pool, length, STEP_BYTES);
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private BodyBuffer inflate(BodyBuffer body, BufferPool pool, int length, int padding)
      throws IOException {
    BodyBuffer out = new BodyBuffer(pool, length + padding);
    try (InputStream in = open(body)) {
      copy(in, out, length);
      return out;
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private InputStream open(BodyBuffer body) throws IOException {
    if (this == GZIP) {
      return new WholeGzip(body.stream());
    }
    ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(body.stream());
    in.setLongMax(ZSTD_WINDOW_LOG_MAX);
    return in;
  }

  /** False when there is more than {@code bytesMax}. */
  private static boolean copy(InputStream in, BodyBuffer out, int bytesMax) throws IOException {
    while (out.length() <= bytesMax) {
      out.reserve(STEP_BYTES);
      int count = in.read(out.bytes(), out.length(), STEP_BYTES - BodyReader.PADDING);
      if (count < 0) {
        return true;
      }
      out.added(count);
    }
    return false;
  }

  /** The whole length; refuses it past the bound. */
  private static int count(InputStream in, int counted, int bytesMax) throws IOException {
    byte[] scratch = new byte[STEP_BYTES];
    int length = counted;
    int count = 0;
    while (count >= 0) {
      length += count;
      if (length > bytesMax) {
        throw new ApiException(
            413,
            "BATCH_TOO_LARGE",
            "the inflated body has more than " + bytesMax + " bytes",
            Map.of("max_inflated_bytes", bytesMax, "received_at_least", length));
      }
      count = in.read(scratch);
    }
    return length;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import io.luminate.server.http.reply.ApiException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;

/**
 * A reply in pieces, whole before the first of them is sent. Its bytes count until they are sent or
 * nobody wants them, since a client may read slowly. One thread at a time.
 */
final class ReplyBody extends OutputStream {
  private static final int FIRST_PIECE_BYTES = 8 << 10;

  /** A larger array would be copied through a direct buffer of its size on its way out. */
  private static final int PIECE_BYTES_MAX = 64 << 10;

  private final MemoryBudget budget;
  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private ByteBuffer filling = ByteBuffer.allocate(0);
  private long length;
  private long taken;

  ReplyBody(MemoryBudget budget) {
    this.budget = budget;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Refuses with 503 what has no room now, with 400 what never has. */
  @Override
  public void write(byte[] bytes, int from, int count) {
    int done = 0;
    while (done < count) {
      if (!filling.hasRemaining()) {
        grow();
      }
      int step = Math.min(count - done, filling.remaining());
      filling.put(bytes, from + done, step);
      done += step;
    }
    length += count;
  }

  private void grow() {
    int bytes = Math.clamp(length, FIRST_PIECE_BYTES, PIECE_BYTES_MAX);
    if (taken + bytes > budget.bytesMax()) {
      throw new ApiException(
          400,
          "QUERY_MEMORY_EXCEEDED",
          "a reply has room for " + budget.bytesMax() + " bytes, this one takes more",
          Map.of("max_reply_bytes", budget.bytesMax(), "received_at_least", taken + bytes));
    }
    budget.take(bytes);
    taken += bytes;
    filling = ByteBuffer.allocate(bytes);
    pieces.add(filling);
  }

  /** Sends all of it, as the last thing that is done with it. */
  void send(Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    new Sending(response, callback).iterate();
  }

  /** Gives the memory back; apart from {@link #close}, which only says that all is written. */
  synchronized void drop() {
    budget.give(taken);
    taken = 0;
    pieces.clear();
  }

  private synchronized void sent(int bytes) {
    long given = Math.min(taken, bytes);
    budget.give(given);
    taken -= given;
  }

  private final class Sending extends IteratingNestedCallback {
    private final Response response;
    private int pieceBytes;

    Sending(Response response, Callback callback) {
      super(callback);
      this.response = response;
    }

    @Override
    protected Action process() {
      sent(pieceBytes);
      ByteBuffer piece = pieces.poll();
      if (piece == null) {
        return Action.SUCCEEDED;
      }
      pieceBytes = piece.capacity();
      response.write(pieces.isEmpty(), piece.flip(), this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
      drop();
      super.onCompleteSuccess();
    }

    @Override
    protected void onFailure(Throwable cause) {
      drop();
      super.onFailure(cause);
    }
  }
}

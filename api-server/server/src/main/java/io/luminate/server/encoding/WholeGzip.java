// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Inflates gzip and refuses what follows the last member, which the JDK's stream takes for padding
 * and drops.
 */
public final class WholeGzip extends GZIPInputStream {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int TRAILER_BYTES = 8;

  public WholeGzip(InputStream in) throws IOException {
    super(in, BUFFER_BYTES);
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    int read = super.read(bytes, from, count);
    if (read < 0 && (inf.getRemaining() > TRAILER_BYTES || in.available() > 0)) {
      throw new ZipException("something follows the last member");
    }
    return read;
  }
}

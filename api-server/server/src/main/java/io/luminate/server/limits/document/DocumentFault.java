// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.limits.document;

import java.util.Map;

/** Why a document is refused, as a whole. */
public final class DocumentFault extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Map<String, Object> details;
  private final boolean tooLarge;

  private DocumentFault(String message, Map<String, Object> details, boolean tooLarge) {
    super(message);
    this.details = Map.copyOf(details);
    this.tooLarge = tooLarge;
  }

  /** Something wrong with what stands at a path, {@code ""} for the document itself. */
  static DocumentFault at(String path, String problem, Map<String, Object> details) {
    String where = path.isEmpty() ? "the document" : path;
    return new DocumentFault(where + " " + problem, details, false);
  }

  static DocumentFault at(String path, String problem) {
    return at(path, problem, path.isEmpty() ? Map.of() : Map.of("field", path));
  }

  /** Past a bound on the whole document. */
  static DocumentFault over(String path, String problem, String limit, long value, long received) {
    return at(
        path,
        problem + ", at most " + value + " are allowed, got " + received,
        Map.of(limit, value, "received", received));
  }

  static DocumentFault tooLarge(long bytesMax) {
    return new DocumentFault(
        "the document has more than " + bytesMax + " bytes when it is inflated",
        Map.of("max_document_bytes", bytesMax),
        true);
  }

  /** What stands wrong, and what is allowed there. */
  public Map<String, Object> details() {
    return details;
  }

  /** Whether there is too much of it to be read at all. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}

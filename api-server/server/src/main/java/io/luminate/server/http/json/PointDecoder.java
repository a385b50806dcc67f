// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http.json;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;
import io.luminate.server.http.reply.ApiException;
import io.luminate.server.ingest.Admission;
import io.luminate.server.ingest.DecodedBatch;
import io.luminate.server.ingest.IngestScope;
import io.luminate.server.ingest.PointRules;
import io.luminate.server.ingest.RejectedPoint;
import io.luminate.server.ingest.Rejection;
import io.luminate.server.ingest.Rejection.Code;
import io.luminate.server.ingest.RejectionException;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.server.ingest.SpanKey;
import io.luminate.store.ErrorCode;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.StoreException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"metrics": [{"name", "timestamp", "value", "dimensions"}, …]}} in one pass. A point
 * of a series seen before makes no object: its dimensions are not parsed, as their bytes are known
 * to the {@link SeriesCache}.
 *
 * <p>Malformed JSON refuses the whole body; a point that breaks a rule is refused alone. Reused
 * from one request to the next, by one thread at a time.
 */
public final class PointDecoder extends JsonCursor {
  /** What the array with the body must have free behind the body. */
  public static final int BODY_PADDING = PADDING;

  private static final int NAME = 1;
  private static final int TIMESTAMP = 2;
  private static final int VALUE = 4;
  private static final int DIMENSIONS = 8;
  private static final int INITIAL_POINTS = 1_024;

  private final MetricsStore store;
  private final SeriesCache cache;
  private final PointRules rules;
  private final int batchSizeMax;
  private final SpanKey scopeKey = new SpanKey();
  private final SpanKey key = new SpanKey();

  private PointBatch batch = new PointBatch(TenantId.DEFAULT, INITIAL_POINTS);
  private List<RejectedPoint> rejected = new ArrayList<>();
  private IngestScope scope = IngestScope.of(TenantId.DEFAULT);
  private Admission admission = Admission.at(0);
  private long lowestHandle;

  // The point being read.
  private int seen;
  private int nameFrom;
  private int nameTo;
  private boolean nameEscaped;
  private int dimensionsFrom;
  private int dimensionsTo;
  private long timestampMillis;
  private double value;
  private @Nullable Rejection nameProblem;
  private @Nullable Rejection timestampProblem;
  private @Nullable Rejection valueProblem;
  private @Nullable Rejection dimensionsProblem;

  public PointDecoder(MetricsStore store, SeriesCache cache, PointRules rules, int batchSizeMax) {
    this.store = store;
    this.cache = cache;
    this.rules = rules;
    this.batchSizeMax = batchSizeMax;
  }

  /**
   * @param body the text, with {@link #BODY_PADDING} bytes behind it that are overwritten
   * @return a batch that is valid until the next call, without the body
   * @throws MalformedJsonException when the body as a whole is refused
   */
  public DecodedBatch decode(IngestScope scope, byte[] body, int length, Admission admission) {
    this.scope = scope;
    this.admission = admission;
    this.lowestHandle = store.lowestHandle();
    this.rejected = new ArrayList<>();
    if (batch.tenant().equals(scope.tenant())) {
      batch.clear();
    } else {
      batch = new PointBatch(scope.tenant(), INITIAL_POINTS);
    }
    cache.scope(scope, scopeKey);
    try {
      open(body, length);
      body();
    } finally {
      release();
    }
    return new DecodedBatch(batch, rejected);
  }

  private void body() {
    expect('{');
    boolean found = false;
    if (!empty('}')) {
      do {
        int from = string();
        String field = text(from, pos - 1, escaped);
        expect(':');
        if (!field.equals("metrics")) {
          skipValue(1);
        } else if (found) {
          throw malformed("the field metrics twice");
        } else {
          found = true;
          metrics();
        }
      } while (more('}'));
    }
    expectEnd();
    if (!found) {
      throw new MalformedJsonException("the field metrics is missing", end);
    }
  }

  private void metrics() {
    if (peek() != '[') {
      throw malformed("metrics must be an array");
    }
    pos++;
    if (empty(']')) {
      return;
    }
    int index = 0;
    do {
      if (index < batchSizeMax && admission.asksFor(index)) {
        point(index);
      } else {
        skipValue(1);
      }
      index++;
    } while (more(']'));
    if (index > batchSizeMax) {
      throw new ApiException(
          400,
          "BATCH_TOO_LARGE",
          "a batch has at most " + batchSizeMax + " metrics, got " + index,
          Map.of("max_batch_size", batchSizeMax, "received", index));
    }
  }

  private void point(int index) {
    if (peek() != '{') {
      skipValue(1);
      rejected.add(
          new RejectedPoint(
              index, "", Rejection.of(Code.INVALID_POINT, "a metric must be an object")));
      return;
    }
    pos++;
    seen = 0;
    nameFrom = -1;
    dimensionsFrom = 0;
    dimensionsTo = 0;
    nameProblem = null;
    timestampProblem = null;
    valueProblem = null;
    dimensionsProblem = null;
    if (!empty('}')) {
      do {
        field();
      } while (more('}'));
    }
    finish(index);
  }

  private void field() {
    int from = string();
    int field = fieldAt(from, pos - 1);
    expect(':');
    switch (field) {
      case NAME -> name();
      case TIMESTAMP -> timestamp();
      case VALUE -> value();
      case DIMENSIONS -> dimensions();
      default -> skipValue(2);
    }
    seen |= field;
  }

  private int fieldAt(int from, int to) {
    if (escaped) {
      return field(text(from, to, true));
    }
    if (to - from == 4 && matches(from, "name")) {
      return NAME;
    }
    if (to - from == 5 && matches(from, "value")) {
      return VALUE;
    }
    if (to - from == 9 && matches(from, "timestamp")) {
      return TIMESTAMP;
    }
    if (to - from == 10 && matches(from, "dimensions")) {
      return DIMENSIONS;
    }
    if (!wellFormed(from, to)) {
      throw malformed("a string that is not UTF-8");
    }
    return 0;
  }

  private boolean matches(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (in[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int field(String name) {
    return switch (name) {
      case "name" -> NAME;
      case "timestamp" -> TIMESTAMP;
      case "value" -> VALUE;
      case "dimensions" -> DIMENSIONS;
      default -> 0;
    };
  }

  private void name() {
    if (peek() != '"') {
      skipValue(2);
      nameProblem = Rejection.of(Code.INVALID_METRIC_NAME, "name must be a string");
      return;
    }
    int from = string();
    if ((seen & NAME) != 0) {
      nameProblem = Rejection.of(Code.INVALID_METRIC_NAME, "the field name twice");
      return;
    }
    nameFrom = from;
    nameTo = pos - 1;
    nameEscaped = escaped;
  }

  private void timestamp() {
    boolean twice = (seen & TIMESTAMP) != 0;
    if (numberNext()) {
      number();
      if (!cut && exponent == 0) {
        timestampMillis = negative ? -mantissa : mantissa;
      } else {
        wholeTimestamp();
      }
    } else if (peek() == '"') {
      int from = string();
      OptionalLong millis = Rfc3339.parseMillis(text(from, pos - 1, escaped));
      timestampMillis = millis.orElse(0);
      if (millis.isEmpty()) {
        timestampProblem =
            Rejection.of(
                Code.INVALID_TIMESTAMP, "timestamp must be Unix milliseconds or an RFC 3339 text");
      }
    } else {
      skipValue(2);
      timestampProblem =
          Rejection.of(Code.INVALID_TIMESTAMP, "timestamp must be a number or an RFC 3339 text");
    }
    if (twice) {
      timestampProblem = Rejection.of(Code.INVALID_TIMESTAMP, "the field timestamp twice");
    }
  }

  /** {@code 1.7356032e12} is whole milliseconds too. */
  private void wholeTimestamp() {
    String text = numberText();
    try {
      if (text.length() > 40 || Math.abs(exponent) > 40) {
        throw new ArithmeticException("far outside the range of a long");
      }
      timestampMillis = new BigDecimal(text).longValueExact();
    } catch (ArithmeticException e) {
      timestampProblem =
          Rejection.of(Code.INVALID_TIMESTAMP, "timestamp must be whole Unix milliseconds");
    }
  }

  private void value() {
    boolean twice = (seen & VALUE) != 0;
    byte next = peek();
    if (next == '-' && in[pos + 1] == 'I' || next == 'N' || next == 'I') {
      // No JSON, but what careless encoders write: the point is refused, not the batch.
      literal(next == 'N' ? "NaN" : next == 'I' ? "Infinity" : "-Infinity");
      valueProblem = Rejection.of(Code.INVALID_VALUE, "value must be finite");
    } else if (numberNext()) {
      number();
      value = doubleValue();
      if (Double.isInfinite(value)) {
        valueProblem =
            Rejection.of(Code.INVALID_VALUE, "value is beyond the range of a 64-bit float");
      }
    } else {
      skipValue(2);
      valueProblem = Rejection.of(Code.INVALID_VALUE, "value must be a number");
    }
    if (twice) {
      valueProblem = Rejection.of(Code.INVALID_VALUE, "the field value twice");
    }
  }

  private void dimensions() {
    byte next = peek();
    if ((seen & DIMENSIONS) != 0) {
      skipValue(2);
      dimensionsProblem = Rejection.of(Code.INVALID_DIMENSION, "the field dimensions twice");
    } else if (next == '{') {
      dimensionsFrom = pos;
      int to = flatObjectEnd(pos);
      if (to < 0) {
        skipValue(2);
        to = pos;
      }
      dimensionsTo = to;
      pos = to;
    } else {
      skipValue(2);
      if (next != 'n') {
        dimensionsProblem = Rejection.of(Code.INVALID_DIMENSION, "dimensions must be an object");
      }
    }
  }

  private void finish(int index) {
    boolean clean =
        (seen & (NAME | TIMESTAMP | VALUE)) == (NAME | TIMESTAMP | VALUE)
            && nameProblem == null
            && timestampProblem == null
            && valueProblem == null
            && dimensionsProblem == null
            && admission.allows(timestampMillis);
    boolean cacheable =
        nameFrom >= 0
            && !nameEscaped
            && SeriesCache.holds(nameTo - nameFrom, dimensionsTo - dimensionsFrom);
    if (cacheable) {
      cache.key(in, nameFrom, nameTo, dimensionsFrom, dimensionsTo, scopeKey, key);
      long handle = cache.get(key);
      if (handle >= lowestHandle && clean) {
        batch.add(handle, timestampMillis, value);
        return;
      }
    }
    finishSlowly(index, cacheable);
  }

  /** Checks everything, the grammar of the dimensions' text first. */
  private void finishSlowly(int index, boolean cacheable) {
    String name = "";
    try {
      Map<String, String> dimensions = Map.of();
      @Nullable RejectionException dimensionsRefused = null;
      try {
        dimensions = parseDimensions();
      } catch (RejectionException e) {
        dimensionsRefused = e;
      }
      name = checkedName();
      checkTimestampAndValue();
      if (dimensionsRefused != null) {
        throw dimensionsRefused;
      }
      raise(dimensionsProblem);
      PointRules.checkPins(scope.pins(), dimensions);
      long handle = store.seriesHandle(scope.tenant(), name, Dimensions.of(dimensions));
      if (cacheable) {
        cache.put(key, handle, lowestHandle);
      }
      batch.add(handle, timestampMillis, value);
    } catch (RejectionException e) {
      rejected.add(new RejectedPoint(index, shownName(), e.rejection()));
    } catch (StoreException e) {
      if (e.code() != ErrorCode.CARDINALITY_EXCEEDED) {
        throw e;
      }
      Rejection full =
          new Rejection(Code.CARDINALITY_EXCEEDED, String.valueOf(e.getMessage()), e.details());
      rejected.add(new RejectedPoint(index, name, full));
    }
  }

  private static void raise(@Nullable Rejection problem) throws RejectionException {
    if (problem != null) {
      throw new RejectionException(problem);
    }
  }

  private String checkedName() throws RejectionException {
    raise(nameProblem);
    if (nameFrom < 0) {
      throw new RejectionException(Rejection.of(Code.INVALID_METRIC_NAME, "name is missing"));
    }
    String name = text(nameFrom, nameTo, nameEscaped);
    PointRules.checkName(name);
    return name;
  }

  /** For the reply; bounded before it is decoded. */
  private String shownName() {
    if (nameFrom < 0) {
      return "";
    }
    int to = Math.min(nameTo, nameFrom + 6 * PointRules.NAME_LENGTH_MAX);
    return PointRules.excerpt(text(nameFrom, to, nameEscaped && to == nameTo));
  }

  private void checkTimestampAndValue() throws RejectionException {
    raise(timestampProblem);
    if ((seen & TIMESTAMP) == 0) {
      throw new RejectionException(Rejection.of(Code.INVALID_TIMESTAMP, "timestamp is missing"));
    }
    if (!admission.allows(timestampMillis)) {
      throw new RejectionException(
          PointRules.timestampOutside(timestampMillis, admission.nowMillis()));
    }
    raise(valueProblem);
    if ((seen & VALUE) == 0) {
      throw new RejectionException(Rejection.of(Code.INVALID_VALUE, "value is missing"));
    }
  }

  /** Parses the noted text; the cursor is afterwards where it was before. */
  private Map<String, String> parseDimensions() throws RejectionException {
    if (dimensionsTo == dimensionsFrom) {
      return Map.of();
    }
    int resumeAt = pos;
    pos = dimensionsFrom + 1;
    @Nullable RejectionException first = null;
    Map<String, String> pairs = new LinkedHashMap<>();
    int count = 0;
    if (!empty('}')) {
      do {
        count++;
        try {
          pair(pairs);
        } catch (RejectionException e) {
          first = first == null ? e : first;
        }
      } while (more('}'));
    }
    if (pos != dimensionsTo) {
      throw malformed("expected , or }");
    }
    pos = resumeAt;
    rules.checkCount(count);
    if (first != null) {
      throw first;
    }
    return pairs;
  }

  private void pair(Map<String, String> pairs) throws RejectionException {
    int keyFrom = string();
    int keyTo = pos - 1;
    boolean keyEscaped = escaped;
    expect(':');
    boolean isText = peek() == '"';
    int valueFrom = pos + 1;
    if (isText) {
      string();
    } else {
      skipValue(3);
    }
    int valueTo = pos - 1;
    boolean valueEscaped = escaped;
    if (pairs.size() > rules.dimensionsMax()) {
      return; // Already too many; only the grammar matters.
    }
    String name = text(keyFrom, keyTo, keyEscaped);
    rules.checkKey(name);
    if (!isText) {
      throw PointRules.dimension(name, "must have a string as its value", Map.of());
    }
    if (!wellFormed(valueFrom, valueTo)) {
      throw PointRules.dimension(name, "has a value that is not valid UTF-8", Map.of());
    }
    String text = text(valueFrom, valueTo, valueEscaped);
    rules.checkValue(name, text);
    if (pairs.put(name, text) != null) {
      throw PointRules.dimension(name, "comes twice", Map.of());
    }
  }
}

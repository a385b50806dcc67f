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
import io.luminate.server.ingest.Rejection;
import io.luminate.server.ingest.Rejection.Code;
import io.luminate.server.ingest.RejectionException;
import io.luminate.server.ingest.Rejections;
import io.luminate.server.ingest.SeriesCache;
import io.luminate.server.ingest.SpanKey;
import io.luminate.server.ingest.UnknownSeries;
import io.luminate.store.MetricsStore;
import io.luminate.store.PointBatch;
import io.luminate.store.SeriesName;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"metrics": [{"name", "timestamp", "value", "dimensions"}, …]}} in one pass. A point
 * of a series seen before makes no object: its dimensions are not parsed, as their bytes are known
 * to the {@link SeriesCache}.
 *
 * <p>Malformed JSON refuses the whole body; a point that breaks a rule is refused alone. Reused
 * from one request to the next, by one thread at a time.
 */
public final class PointDecoder extends DimensionsCursor {
  /** What the array with the body must have free behind the body. */
  public static final int BODY_PADDING = PADDING;

  private static final int INITIAL_POINTS = 1_024;

  /** Of arrays that are kept for the next request: what 10 000 points grow to, 384 KiB. */
  private static final int KEPT_POINTS = 16 << 10;

  /**
   * So many points are read before their series are looked up. With a million series the cache is
   * far larger than the processor's, and a look-up waits for memory; several at once wait together.
   */
  private static final int READ_AHEAD = 32;

  private final MetricsStore store;
  private final SeriesCache cache;
  private final PointRules rules;
  private final int batchSizeMax;
  private final SpanKey scopeKey = new SpanKey();
  private final CheckedTexts names = new CheckedTexts();
  private final UnknownSeries unknown;
  private final ReadPoint[] read = new ReadPoint[READ_AHEAD];

  private PointBatch batch = new PointBatch(TenantId.DEFAULT, INITIAL_POINTS);
  private Rejections rejected = new Rejections();
  private IngestScope scope = IngestScope.of(TenantId.DEFAULT);
  private Admission admission = Admission.at(0);
  private Consumer<OptionalInt> beforeSeries = _ -> {};
  private long lowestHandle;
  private long lowestSureHandle;

  /** Points read and not yet added: {@code read[0..waiting)}, the next one goes behind them. */
  private int waiting;

  private ReadPoint point;

  /** Keeps the loads that {@link #settle} makes ahead from being optimised away. */
  @SuppressWarnings("unused")
  private long touched;

  public PointDecoder(MetricsStore store, SeriesCache cache, PointRules rules, int batchSizeMax) {
    this.store = store;
    this.cache = cache;
    this.rules = rules;
    this.batchSizeMax = batchSizeMax;
    this.unknown = new UnknownSeries(store, cache);
    Arrays.setAll(read, i -> new ReadPoint());
    this.point = read[0];
  }

  public DecodedBatch decode(IngestScope scope, byte[] body, int length, Admission admission) {
    return decode(scope, body, length, admission, _ -> {});
  }

  /**
   * @param body the text, with {@link #BODY_PADDING} bytes behind it that are overwritten
   * @param beforeSeries hears once how many points there are before the store is asked for series,
   *     if it is; empty if there are more new ones than wait for the end of the body
   * @return a batch that is valid until the next call, without the body
   * @throws MalformedJsonException when the body as a whole is refused
   */
  public DecodedBatch decode(
      IngestScope scope,
      byte[] body,
      int length,
      Admission admission,
      Consumer<OptionalInt> beforeSeries) {
    this.beforeSeries = beforeSeries;
    this.scope = scope;
    this.admission = admission;
    this.lowestHandle = store.lowestHandle();
    this.lowestSureHandle = store.lowestSureHandle(scope.tenant());
    this.rejected = new Rejections();
    this.waiting = 0;
    unknown.begin();
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
    admitUnknown(OptionalInt.of(batch.size() + rejected.size()));
    unknown.finish(batch);
    return new DecodedBatch(batch, rejected.inOrder(), unknown.folded());
  }

  /** Lets go of what the last batch had and the next one need not have. */
  public void rest() {
    beforeSeries = _ -> {};
    rejected = new Rejections();
    unknown.begin();
    if (batch.handles().length > KEPT_POINTS) {
      batch = new PointBatch(batch.tenant(), INITIAL_POINTS);
    }
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
    settle();
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
      settle();
      rejected.add(index, () -> "", Rejection.of(Code.INVALID_POINT, "a metric must be an object"));
      return;
    }
    pos++;
    point = read[waiting];
    point.begin(index);
    if (!empty('}')) {
      do {
        field();
      } while (more('}'));
    }
    finish();
  }

  private void field() {
    int from = string();
    int field = fieldAt(from, pos - 1);
    expect(':');
    switch (field) {
      case ReadPoint.NAME -> name();
      case ReadPoint.TIMESTAMP -> timestamp();
      case ReadPoint.VALUE -> value();
      case ReadPoint.DIMENSIONS -> dimensions();
      default -> skipValue(2);
    }
    point.seen |= field;
  }

  private int fieldAt(int from, int to) {
    if (escaped) {
      return ReadPoint.field(text(from, to, true));
    }
    if (to - from == 4 && matches(from, "name")) {
      return ReadPoint.NAME;
    }
    if (to - from == 5 && matches(from, "value")) {
      return ReadPoint.VALUE;
    }
    if (to - from == 9 && matches(from, "timestamp")) {
      return ReadPoint.TIMESTAMP;
    }
    if (to - from == 10 && matches(from, "dimensions")) {
      return ReadPoint.DIMENSIONS;
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

  private void name() {
    if (peek() != '"') {
      skipValue(2);
      point.nameProblem = Rejection.of(Code.INVALID_METRIC_NAME, "name must be a string");
      return;
    }
    int from = string();
    if (point.has(ReadPoint.NAME)) {
      point.nameProblem = Rejection.of(Code.INVALID_METRIC_NAME, "the field name twice");
      return;
    }
    point.nameFrom = from;
    point.nameTo = pos - 1;
    point.nameEscaped = escaped;
  }

  private void timestamp() {
    boolean twice = point.has(ReadPoint.TIMESTAMP);
    if (numberNext()) {
      number();
      if (!cut && exponent == 0) {
        point.timestampMillis = negative ? -mantissa : mantissa;
      } else {
        wholeTimestamp();
      }
    } else if (peek() == '"') {
      int from = string();
      OptionalLong millis = Rfc3339.parseMillis(text(from, pos - 1, escaped));
      point.timestampMillis = millis.orElse(0);
      if (millis.isEmpty()) {
        point.timestampProblem =
            Rejection.of(
                Code.INVALID_TIMESTAMP, "timestamp must be Unix milliseconds or an RFC 3339 text");
      }
    } else {
      skipValue(2);
      point.timestampProblem =
          Rejection.of(Code.INVALID_TIMESTAMP, "timestamp must be a number or an RFC 3339 text");
    }
    if (twice) {
      point.timestampProblem = Rejection.of(Code.INVALID_TIMESTAMP, "the field timestamp twice");
    }
  }

  /** {@code 1.7356032e12} is whole milliseconds too. */
  private void wholeTimestamp() {
    String text = numberText();
    try {
      if (text.length() > 40 || Math.abs(exponent) > 40) {
        throw new ArithmeticException("far outside the range of a long");
      }
      point.timestampMillis = new BigDecimal(text).longValueExact();
    } catch (ArithmeticException e) {
      point.timestampProblem =
          Rejection.of(Code.INVALID_TIMESTAMP, "timestamp must be whole Unix milliseconds");
    }
  }

  private void value() {
    boolean twice = point.has(ReadPoint.VALUE);
    byte next = peek();
    if (next == '-' && in[pos + 1] == 'I' || next == 'N' || next == 'I') {
      // No JSON, but what careless encoders write: the point is refused, not the batch.
      literal(next == 'N' ? "NaN" : next == 'I' ? "Infinity" : "-Infinity");
      point.valueProblem = Rejection.of(Code.INVALID_VALUE, "value must be finite");
    } else if (numberNext()) {
      number();
      point.value = doubleValue();
      if (Double.isInfinite(point.value)) {
        point.valueProblem =
            Rejection.of(Code.INVALID_VALUE, "value is beyond the range of a 64-bit float");
      }
    } else {
      skipValue(2);
      point.valueProblem = Rejection.of(Code.INVALID_VALUE, "value must be a number");
    }
    if (twice) {
      point.valueProblem = Rejection.of(Code.INVALID_VALUE, "the field value twice");
    }
  }

  private void dimensions() {
    byte next = peek();
    if (point.has(ReadPoint.DIMENSIONS)) {
      skipValue(2);
      point.dimensionsProblem = Rejection.of(Code.INVALID_DIMENSION, "the field dimensions twice");
    } else if (next == '{') {
      point.dimensionsFrom = pos;
      int to = flatObjectEnd(pos);
      if (to < 0) {
        skipValue(2);
        to = pos;
      }
      point.dimensionsTo = to;
      pos = to;
    } else {
      skipValue(2);
      if (next != 'n') {
        point.dimensionsProblem =
            Rejection.of(Code.INVALID_DIMENSION, "dimensions must be an object");
      }
    }
  }

  private void finish() {
    point.cacheable =
        point.nameFrom >= 0
            && !point.nameEscaped
            && SeriesCache.holds(
                point.nameTo - point.nameFrom, point.dimensionsTo - point.dimensionsFrom);
    if (point.cacheable) {
      cache.key(
          in,
          point.nameFrom,
          point.nameTo,
          point.dimensionsFrom,
          point.dimensionsTo,
          scopeKey,
          point.key);
    }
    waiting++;
    if (waiting == READ_AHEAD) {
      settle();
    }
  }

  /** Adds the points that wait, in their order. */
  private void settle() {
    long words = 0;
    for (int i = 0; i < waiting; i++) {
      words += cache.touch(read[i].key);
    }
    touched = words;
    for (int i = 0; i < waiting; i++) {
      point = read[i];
      add();
    }
    waiting = 0;
  }

  private void add() {
    if (point.cacheable) {
      long handle = cache.get(point.key);
      if (isGood(handle) && point.isClean() && admission.allows(point.timestampMillis)) {
        batch.add(handle, point.timestampMillis, point.value);
        return;
      }
    }
    addSlowly();
  }

  private boolean isGood(long handle) {
    return handle >= lowestSureHandle || handle >= lowestHandle && store.isGood(handle);
  }

  /** Checks everything, the grammar of the dimensions' text first. */
  private void addSlowly() {
    try {
      Map<String, String> dimensions = Map.of();
      @Nullable RejectionException dimensionsRefused = null;
      try {
        dimensions = dimensions(point.dimensionsFrom, point.dimensionsTo, rules);
      } catch (RejectionException e) {
        dimensionsRefused = e;
      }
      String name = checkedName();
      checkTimestampAndValue();
      if (dimensionsRefused != null) {
        throw dimensionsRefused;
      }
      raise(point.dimensionsProblem);
      PointRules.checkPins(scope.pins(), dimensions);
      unknown.add(
          point.index,
          new SeriesName(name, Dimensions.of(dimensions)),
          point.key,
          point.cacheable,
          point.dimensionsTo - point.dimensionsFrom,
          batch,
          point.timestampMillis,
          point.value);
      if (unknown.isFull()) {
        admitUnknown(OptionalInt.empty());
      }
    } catch (RejectionException e) {
      rejected.add(point.index, this::shownName, e.rejection());
    }
  }

  private void admitUnknown(OptionalInt points) {
    if (!unknown.isEmpty()) {
      beforeSeries.accept(points);
      beforeSeries = _ -> {};
      unknown.admit(scope, admission.series(), lowestHandle, batch, rejected);
    }
  }

  private static void raise(@Nullable Rejection problem) throws RejectionException {
    if (problem != null) {
      throw new RejectionException(problem);
    }
  }

  private String checkedName() throws RejectionException {
    raise(point.nameProblem);
    if (point.nameFrom < 0) {
      throw new RejectionException(Rejection.of(Code.INVALID_METRIC_NAME, "name is missing"));
    }
    String known = point.nameEscaped ? "" : names.find(in, point.nameFrom, point.nameTo);
    if (!known.isEmpty()) {
      return known;
    }
    String name = text(point.nameFrom, point.nameTo, point.nameEscaped);
    PointRules.checkName(name);
    names.add(in, point.nameFrom, point.nameTo, name);
    return name;
  }

  /** For the reply; bounded before it is decoded. */
  private String shownName() {
    if (point.nameFrom < 0) {
      return "";
    }
    int to = Math.min(point.nameTo, point.nameFrom + 6 * PointRules.NAME_LENGTH_MAX);
    return PointRules.excerpt(text(point.nameFrom, to, point.nameEscaped && to == point.nameTo));
  }

  private void checkTimestampAndValue() throws RejectionException {
    raise(point.timestampProblem);
    if (!point.has(ReadPoint.TIMESTAMP)) {
      throw new RejectionException(Rejection.of(Code.INVALID_TIMESTAMP, "timestamp is missing"));
    }
    if (!admission.allows(point.timestampMillis)) {
      throw new RejectionException(
          PointRules.timestampOutside(point.timestampMillis, admission.nowMillis()));
    }
    raise(point.valueProblem);
    if (!point.has(ReadPoint.VALUE)) {
      throw new RejectionException(Rejection.of(Code.INVALID_VALUE, "value is missing"));
    }
  }
}

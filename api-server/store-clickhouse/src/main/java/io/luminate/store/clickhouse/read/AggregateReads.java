// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.read;

import static io.luminate.store.clickhouse.read.Refusal.OWN_MEMORY;
import static io.luminate.store.clickhouse.read.Refusal.TOO_MANY_ROWS;

import io.luminate.store.AggregateQuery;
import io.luminate.store.AggregateResult;
import io.luminate.store.AggregateRow;
import io.luminate.store.Aggregation;
import io.luminate.store.QueryControl;
import io.luminate.store.RateQuery;
import io.luminate.store.RateResult;
import io.luminate.store.RateRow;
import io.luminate.store.clickhouse.client.Answer;
import io.luminate.store.clickhouse.client.Statement;
import io.luminate.store.clickhouse.read.Group.Cell;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** Aggregates and rates. */
final class AggregateReads {
  private final StatementRunner runner;
  private final MetricScans scans;
  private final ReadLimits limits;
  private final LargeScans large = new LargeScans(InstantSource.system());

  AggregateReads(StatementRunner runner, MetricScans scans, ReadLimits limits) {
    this.runner = runner;
    this.scans = scans;
    this.limits = limits;
  }

  AggregateResult aggregate(AggregateQuery query, long retainedFromMillis, QueryControl control) {
    Optional<Buckets> buckets =
        query.interval().map(interval -> Buckets.of(interval, query.effectiveRange()));
    GroupedAnswer answer =
        scans.ask(
            control,
            query.tenant(),
            query.metricName(),
            query.filters(),
            query.groupBy(),
            place -> {
              if (place.isOfNothing() && !query.groupBy().isEmpty()) {
                return GroupedAnswer.NOTHING;
              }
              Frame frame =
                  new Frame(
                      place,
                      query.effectiveRange(),
                      retainedFromMillis,
                      query.groupBy(),
                      query.limit());
              return answer(new Asked(frame, query.aggregation(), control), buckets);
            });
    return new AggregateResult(
        buckets.map(b -> rows(answer, b)).orElseGet(() -> rows(answer)),
        answer.groups().total(),
        answer.rankError(),
        answer.stats());
  }

  private static List<AggregateRow> rows(GroupedAnswer answer) {
    return answer.groups().returned().stream()
        .map(g -> row(OptionalLong.empty(), g.key(), g.value(), g.points()))
        .toList();
  }

  private static List<AggregateRow> rows(GroupedAnswer answer, Buckets buckets) {
    List<AggregateRow> rows = new ArrayList<>();
    for (Group group : answer.groups().returned()) {
      for (Cell cell : group.cells()) {
        OptionalLong start = OptionalLong.of(buckets.startMillis(cell.bucket()));
        rows.add(row(start, group.key(), cell.value(), cell.points()));
      }
    }
    return rows;
  }

  private static AggregateRow row(
      OptionalLong startMillis, List<String> key, double value, long points) {
    return new AggregateRow(startMillis, key, Group.result(value), points);
  }

  RateResult rate(RateQuery query, long retainedFromMillis, QueryControl control) {
    Buckets buckets = Buckets.of(query.interval(), query.bucketRange());
    GroupedAnswer answer =
        scans.ask(
            control,
            query.tenant(),
            query.metricName(),
            query.filters(),
            query.groupBy(),
            place -> {
              if (place.isOfNothing() && !query.groupBy().isEmpty()) {
                return GroupedAnswer.NOTHING;
              }
              Frame frame =
                  new Frame(
                      place, query.readRange(), retainedFromMillis, query.groupBy(), query.limit());
              return rateOfFew(frame, buckets, control)
                  .orElseGet(() -> inRange(sums -> rate(frame.source(), buckets, sums, control)));
            });
    List<RateRow> rows = new ArrayList<>();
    for (Group group : answer.groups().returned()) {
      for (Cell cell : group.cells()) {
        rows.add(
            new RateRow(
                buckets.startMillis(cell.bucket()), group.key(), Group.result(cell.value())));
      }
    }
    return new RateResult(rows, answer.groups().total(), answer.stats());
  }

  private Optional<GroupedAnswer> rateOfFew(Frame frame, Buckets buckets, QueryControl control) {
    Source source = frame.source();
    if (!frame.isOfEntities() || !source.keys().isEmpty()) {
      return Optional.empty();
    }
    FewPoints few = new FewPoints(limits.fewPointsMax());
    Answer<Optional<Groups>> answer =
        runner.run(few.statement(source), rows -> few.rate(rows, buckets), control);
    return answer
        .value()
        .map(g -> new Answer<>(g, answer.readRows(), answer.readBytes()))
        .map(GroupedAnswer::counted);
  }

  private Answer<Groups> rate(Source source, Buckets buckets, Sums sums, QueryControl control) {
    GroupKeys keys = source.keys();
    return keys.isEmpty()
        ? runner.run(
            SeriesSql.rateOfOne(source, buckets, sums), rows -> Groups.readOne(rows, keys), control)
        : runner.run(
            SeriesSql.rate(source, buckets, sums), rows -> Groups.readInOrder(rows, keys), control);
  }

  /** Asks with wide sums where plain ones leave the range of a double. */
  private static GroupedAnswer inRange(Function<Sums, Answer<Groups>> question) {
    Answer<Groups> plain = question.apply(Sums.PLAIN);
    return GroupedAnswer.counted(plain.value().beyond() == 0 ? plain : question.apply(Sums.WIDE));
  }

  /** An aggregation of what is in a frame. */
  private record Asked(Frame frame, Aggregation aggregation, QueryControl control) {
    /** What ends a statement that there is another one for. */
    Refusal[] refusals() {
      return aggregation.isPercentile() ? new Refusal[] {OWN_MEMORY} : new Refusal[0];
    }
  }

  private GroupedAnswer answer(Asked asked, Optional<Buckets> buckets) {
    if (asked.aggregation() == Aggregation.INTEGRAL) {
      return integral(asked, buckets);
    }
    return buckets.map(b -> byBucket(asked, b)).orElseGet(() -> overall(asked));
  }

  private GroupedAnswer integral(Asked asked, Optional<Buckets> buckets) {
    return inRange(
        sums -> {
          Source source = asked.frame().source();
          Statement statement =
              buckets
                  .map(b -> SeriesSql.integralByBucket(source, b, sums))
                  .orElseGet(() -> SeriesSql.integral(source, sums));
          return runner.run(
              statement, rows -> Groups.readInOrder(rows, source.keys()), asked.control());
        });
  }

  /**
   * Counts series as well if there is little to look at, and sketches if memory does not suffice.
   */
  private GroupedAnswer overall(Asked asked) {
    Measure exact = Measure.of(asked.aggregation());
    return counted(asked, source -> AggregateSql.groups(source, exact, true))
        .or(() -> uncounted(asked, source -> AggregateSql.groups(source, exact, false)))
        .orElseGet(
            () -> {
              Measure sketch = Measure.sketched(asked.aggregation());
              return sketched(asked, source -> AggregateSql.groups(source, sketch, false));
            });
  }

  private GroupedAnswer byBucket(Asked asked, Buckets buckets) {
    boolean grouped = !asked.frame().source().keys().isEmpty();
    if (grouped && asked.aggregation().isPercentile()) {
      return inTwoSteps(asked, buckets);
    }
    Measure exact = Measure.of(asked.aggregation());
    return counted(asked, source -> AggregateSql.groupsByBucket(source, exact, buckets, true))
        .or(() -> uncountedCells(asked, exact, buckets, grouped))
        .orElseGet(
            () -> {
              if (grouped) {
                return inTwoSteps(asked, buckets);
              }
              Measure sketch = Measure.sketched(asked.aggregation());
              return sketched(
                  asked, source -> AggregateSql.groupsByBucket(source, sketch, buckets, false));
            });
  }

  private Optional<GroupedAnswer> uncountedCells(
      Asked asked, Measure exact, Buckets buckets, boolean grouped) {
    if (!grouped) {
      return uncounted(asked, source -> AggregateSql.groupsByBucket(source, exact, buckets, false));
    }
    return runUnless(
            asked,
            source ->
                AggregateSql.groupsByBucket(source, exact, buckets, false)
                    .withSetting("max_rows_to_group_by", String.valueOf(limits.cellsMax())),
            TOO_MANY_ROWS,
            OWN_MEMORY)
        .map(GroupedAnswer::uncounted);
  }

  /** Finds the groups to be returned, then makes the buckets of those alone. */
  private GroupedAnswer inTwoSteps(Asked asked, Buckets buckets) {
    GroupedAnswer groups = overall(asked);
    if (groups.groups().returned().isEmpty()) {
      return groups;
    }
    List<List<String>> keys = groups.groups().returned().stream().map(Group::key).toList();
    Measure exact = Measure.of(asked.aggregation());
    return cells(asked, exact, buckets, keys, asked.refusals())
        .map(cells -> joined(groups, cells, OptionalDouble.empty()))
        .orElseGet(
            () -> {
              Measure sketch = Measure.sketched(asked.aggregation());
              Answer<Map<List<String>, List<Cell>>> cells =
                  cells(asked, sketch, buckets, keys).orElseThrow();
              return joined(groups, cells, OptionalDouble.of(Measure.SKETCH_RANK_ERROR));
            });
  }

  private Optional<Answer<Map<List<String>, List<Cell>>>> cells(
      Asked asked,
      Measure measure,
      Buckets buckets,
      List<List<String>> groups,
      Refusal... refusals) {
    Source source = asked.frame().source();
    source.scan().and(source.keys().anyOf(groups, source.parameters()));
    return runner.runUnless(
        AggregateSql.cells(source, measure, buckets),
        rows -> {
          Map<List<String>, List<Cell>> cells = new HashMap<>();
          while (rows.hasNext()) {
            List<String> key = source.keys().read(rows);
            cells.computeIfAbsent(key, k -> new ArrayList<>()).add(Cell.read(rows));
          }
          return cells;
        },
        asked.control(),
        refusals);
  }

  private static GroupedAnswer joined(
      GroupedAnswer groups, Answer<Map<List<String>, List<Cell>>> cells, OptionalDouble rankError) {
    List<Group> returned =
        groups.groups().returned().stream()
            .map(g -> g.with(cells.value().getOrDefault(g.key(), List.of())))
            .toList();
    return groups.with(returned, rankError, cells.readBytes());
  }

  private Optional<GroupedAnswer> counted(Asked asked, Function<Source, Statement> statement) {
    if (large.knows(asked.frame())) {
      return Optional.empty();
    }
    Optional<Answer<Groups>> answer =
        runUnless(
            asked,
            source ->
                statement
                    .apply(source)
                    .withSetting("max_rows_to_read", String.valueOf(limits.countedRowsMax())),
            TOO_MANY_ROWS,
            OWN_MEMORY);
    if (answer.isEmpty()) {
      large.add(asked.frame());
    }
    return answer.map(GroupedAnswer::counted);
  }

  private Optional<GroupedAnswer> uncounted(Asked asked, Function<Source, Statement> statement) {
    return runUnless(asked, statement, asked.refusals()).map(GroupedAnswer::uncounted);
  }

  private GroupedAnswer sketched(Asked asked, Function<Source, Statement> statement) {
    return GroupedAnswer.uncounted(run(asked, statement)).sketched();
  }

  private Answer<Groups> run(Asked asked, Function<Source, Statement> statement) {
    return runUnless(asked, statement).orElseThrow();
  }

  private Optional<Answer<Groups>> runUnless(
      Asked asked, Function<Source, Statement> statement, Refusal... refusals) {
    Source source = asked.frame().source();
    return runner.runUnless(
        statement.apply(source),
        rows -> Groups.read(rows, source.keys()),
        asked.control(),
        refusals);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Dimensions;
import io.luminate.store.SeriesAdmission.Admitted;
import io.luminate.store.SeriesAdmission.Folded;
import io.luminate.store.SeriesAdmission.Reason;
import io.luminate.store.SeriesAdmission.Refused;
import io.luminate.store.SeriesLimits.Overflow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule by which every store lets new series in: within the limits as they are, past a metric's
 * limit folded, if the tenant wants that. For one request.
 */
public final class AdmissionRule {

  /** What the rule asks of a store. */
  public interface Source {
    /**
     * Lets a series in that counts already or that finds room. One step: whoever asks at the same
     * time finds the room taken.
     *
     * @param seriesMax in place of the request's limit
     */
    SeriesAdmission offer(SeriesName series, long seriesMax);

    /** The last that others fold into: it comes in whatever the limit, and before anything else. */
    default SeriesAdmission offerLast(SeriesName series) {
      return offer(series, Long.MAX_VALUE);
    }

    /** The metric's dimension keys, the one that grows fastest first. */
    List<String> keysByGrowth(String metricName);
  }

  private final SeriesRequest request;
  private final Source source;
  private final Map<String, List<String>> keysByGrowth = new HashMap<>();

  private AdmissionRule(SeriesRequest request, Source source) {
    this.request = request;
    this.source = source;
  }

  /** One answer for each series of the request, in its order. */
  public static List<SeriesAdmission> apply(SeriesRequest request, Source source) {
    AdmissionRule rule = new AdmissionRule(request, source);
    List<SeriesAdmission> answers = new ArrayList<>(request.series().size());
    for (SeriesName series : request.series()) {
      answers.add(rule.admit(series));
    }
    return answers;
  }

  private SeriesAdmission admit(SeriesName series) {
    SeriesLimits limits = request.limits();
    return switch (source.offer(series, limits.seriesPerMetricMax())) {
      case Refused refused
          when refused.reason() != Reason.METRICS
              && limits.overflow() == Overflow.FOLD
              && limits.seriesPerMetricMax() > 0 ->
          fold(series, refused);
      case SeriesAdmission answer -> answer;
    };
  }

  /**
   * Gives up one dimension after the other until there is room, where folded series have some of
   * their own. What is left in the end is one series for each set of keys, which is always let in:
   * sums stay whole.
   */
  private SeriesAdmission fold(SeriesName series, Refused refused) {
    List<String> keys = foldable(series);
    long seriesMax = request.limits().seriesAndFoldedMax();
    Dimensions folded = series.dimensions();
    for (int i = 0; i < keys.size(); i++) {
      folded = folded.with(keys.get(i), SeriesLimits.OVERFLOW_VALUE);
      SeriesName name = new SeriesName(series.metricName(), folded);
      boolean last = i == keys.size() - 1;
      switch (last ? source.offerLast(name) : source.offer(name, seriesMax)) {
        case Admitted admitted -> {
          return new Folded(admitted.handle());
        }
        case Folded stays -> {
          return stays;
        }
        case Refused again -> {
          if (last || again.reason() == Reason.METRICS) {
            return again;
          }
        }
      }
    }
    return refused;
  }

  /**
   * The series' own keys, in the order in which the metric's grow; those new to it come last. None
   * if there are too many: series of nothing but new keys would grow past every limit.
   */
  private List<String> foldable(SeriesName series) {
    List<String> order = keysByGrowth.computeIfAbsent(series.metricName(), source::keysByGrowth);
    Dimensions dimensions = series.dimensions();
    List<String> keys = new ArrayList<>();
    order.stream().filter(key -> dimensions.get(key).isPresent()).forEach(keys::add);
    int known = keys.size();
    for (int i = 0; i < dimensions.size(); i++) {
      if (!keys.contains(dimensions.key(i))) {
        keys.add(dimensions.key(i));
      }
    }
    int added = keys.size() - known;
    if (added > 0 && order.size() + added > SeriesLimits.FOLDED_KEYS_MAX) {
      return List.of();
    }
    keys.removeAll(request.unfoldable());
    return keys;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.luminate.operator.objects.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What was applied last, so that an idle pass costs no request: an object that still is as our last
 * apply left it, and is to be what it then was, needs none. What somebody changed by hand has
 * another resourceVersion. What is forgotten costs a request that changes nothing.
 *
 * <p>Safe for use by many threads.
 */
final class AppliedMemory {
  /** Of all clusters together: some ten of each. About 300 bytes each, so at most some 10 MB. */
  static final int OBJECTS_MAX = 40_000;

  /** What is refused for good is asked for again after this, as its reason may lie elsewhere. */
  static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);

  /** Where an object is. */
  record Place(String namespace, ObjectKey key) {
    static Place of(HasMetadata object) {
      return new Place(object.getMetadata().getNamespace(), ObjectKey.of(object));
    }
  }

  /**
   * A version of an object.
   *
   * @param uid empty for what is not there
   */
  record Version(String uid, String resourceVersion) {
    static final Version NONE = new Version("", "");

    static Version of(HasMetadata live) {
      return new Version(live.getMetadata().getUid(), live.getMetadata().getResourceVersion());
    }
  }

  private sealed interface Outcome {
    record Applied(Version version, String wanted) implements Outcome {}

    record Refused(Version version, String wanted, Refusal refusal, Instant at)
        implements Outcome {}
  }

  private final Map<Place, Outcome> outcomes = new BoundedMap<>(OBJECTS_MAX);

  /** Whether it was left at this version by applying just that. */
  synchronized boolean isApplied(Place place, Version version, String wanted) {
    return new Outcome.Applied(version, wanted).equals(outcomes.get(place));
  }

  synchronized void applied(Place place, Version version, String wanted) {
    outcomes.put(place, new Outcome.Applied(version, wanted));
  }

  /** That just that was refused lately, over the same version. */
  synchronized Optional<Refusal> refused(Place place, Version version, String wanted, Instant now) {
    return outcomes.get(place)
                instanceof Outcome.Refused(Version seen, String asked, Refusal refusal, Instant at)
            && seen.equals(version)
            && asked.equals(wanted)
            && now.isBefore(at.plus(REFUSED_AGAIN))
        ? Optional.of(refusal)
        : Optional.empty();
  }

  /** Only what would be refused again is worth it. */
  synchronized void refused(
      Place place, Version version, String wanted, Refusal refusal, Instant now) {
    if (refusal.isLasting()) {
      outcomes.put(place, new Outcome.Refused(version, wanted, refusal, now));
    }
  }
}

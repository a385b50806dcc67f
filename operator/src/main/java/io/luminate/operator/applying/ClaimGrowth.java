// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.operator.applying.AppliedMemory.Place;
import io.luminate.operator.applying.AppliedMemory.Version;
import io.luminate.operator.objects.ObjectKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks for more of a volume by its claim. Whether its class allows that is not looked up, as a
 * StorageClass may not be readable: it is tried, and a refusal is reported.
 */
final class ClaimGrowth {
  static final String STORAGE = "storage";

  private final Requests requests;
  private final LiveObjects watched;
  private final AppliedMemory memory;
  private final Instant now;
  private boolean isChanged;

  ClaimGrowth(Requests requests, LiveObjects watched, AppliedMemory memory, Instant now) {
    this.requests = requests;
    this.watched = watched;
    this.memory = memory;
    this.now = now;
  }

  /** The claim as it is. */
  Optional<LiveClaim> look(PersistentVolumeClaim wanted) {
    return find(wanted).map(live -> claim(live, Optional.empty()));
  }

  /**
   * Has it grow to what is wanted, if it is smaller.
   *
   * @param set the StatefulSet that it is to be a claim of: only that one's is written
   */
  Optional<LiveClaim> grow(PersistentVolumeClaim wanted, StatefulSet set) {
    return find(wanted)
        .map(
            live ->
                claim(live, isToGrow(live, wanted, set) ? ask(live, wanted) : Optional.empty()));
  }

  /** Whether a claim was asked to grow, and will. */
  boolean isChanged() {
    return isChanged;
  }

  private Optional<PersistentVolumeClaim> find(PersistentVolumeClaim wanted) {
    return watched
        .find(wanted.getMetadata().getNamespace(), ObjectKey.of(wanted))
        .filter(PersistentVolumeClaim.class::isInstance)
        .map(PersistentVolumeClaim.class::cast);
  }

  /** Only what is bound may grow; what is not may still get its first size. */
  static boolean isToGrow(
      PersistentVolumeClaim live, PersistentVolumeClaim wanted, StatefulSet set) {
    return isOf(set, live)
        && live.getMetadata().getDeletionTimestamp() == null
        && live.getStatus() != null
        && "Bound".equals(live.getStatus().getPhase())
        && requested(live).compareTo(requested(wanted)) < 0;
  }

  /** As the StatefulSet's controller names and labels those that it makes for its template. */
  private static boolean isOf(StatefulSet set, PersistentVolumeClaim claim) {
    Map<String, String> labels = claim.getMetadata().getLabels();
    return set.getSpec().getVolumeClaimTemplates().stream()
            .map(template -> template.getMetadata().getName() + "-" + set.getMetadata().getName())
            .anyMatch(name -> claim.getMetadata().getName().equals(name + "-0"))
        && labels != null
        && labels.entrySet().containsAll(set.getSpec().getSelector().getMatchLabels().entrySet());
  }

  static Quantity requestedQuantity(PersistentVolumeClaim claim) {
    return Objects.requireNonNull(claim.getSpec().getResources().getRequests().get(STORAGE));
  }

  private static BigDecimal requested(PersistentVolumeClaim claim) {
    return requestedQuantity(claim).getNumericalAmount();
  }

  private Optional<Refusal> ask(PersistentVolumeClaim live, PersistentVolumeClaim wanted) {
    Place place = Place.of(live);
    Version version = Version.of(live);
    String size = requestedQuantity(wanted).toString();
    Optional<Refusal> lately = memory.refused(place, version, size, now);
    if (lately.isPresent()) {
      return lately;
    }
    try {
      isChanged |= !Version.of(requests.change(wanted, live)).equals(version);
      return Optional.empty();
    } catch (KubernetesClientException answer) {
      if (Requests.isNoAnswer(answer)) {
        throw answer;
      }
      Refusal refusal = Refusal.of(ObjectKey.of(live), answer);
      memory.refused(place, version, size, refusal, now);
      return Optional.of(refusal);
    }
  }

  private static LiveClaim claim(PersistentVolumeClaim live, Optional<Refusal> refusal) {
    Optional<String> capacity =
        Optional.ofNullable(live.getStatus())
            .map(status -> status.getCapacity())
            .map(sizes -> sizes.get(STORAGE))
            .map(Quantity::toString);
    return new LiveClaim(capacity, refusal);
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ClusterObjects;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.SecretValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Secrets that clusters name. Those that are watched come from memory; others are read by name,
 * and again when that is a minute old, of which only the values that pods need are kept. Safe for
 * use by many threads.
 */
public final class NamedSecrets {
  /** So that a value that somebody changes counts after a minute. */
  static final Duration AGE_MAX = Duration.ofMinutes(1);

  /** Of all clusters together; what is forgotten is read again. */
  static final int SECRETS_MAX = 4096;

  /**
   * What there is.
   *
   * @param values those that pods need, by Secret and key, in base64; of a missing Secret none
   * @param refusals of Secrets that may not be read, which so are missing too
   * @param due when one of them is to be read again; empty where all are watched
   */
  public record Found(
      Map<String, Map<String, String>> values, List<Refusal> refusals, Optional<Instant> due) {
    public Found {
      values = Map.copyOf(values);
      refusals = List.copyOf(refusals);
    }

    /** Without the values, so that no log can have them. */
    @Override
    public String toString() {
      return "Found[" + values.keySet() + ", hidden, " + refusals + ", " + due + "]";
    }
  }

  /**
   * Values that count.
   *
   * @param readAgain when they may be others, though nobody says so
   */
  private record Values(Map<String, String> texts, Optional<Instant> readAgain) {
    @Override
    public String toString() {
      return "Values[hidden, " + readAgain + "]";
    }
  }

  private record Place(String namespace, String name, Set<String> keys) {}

  private record Reading(Map<String, String> values, Instant at) {
    Values counting() {
      return new Values(values, Optional.of(at.plus(AGE_MAX)));
    }

    @Override
    public String toString() {
      return "Reading[hidden, " + at + "]";
    }
  }

  private final KubernetesClient kubernetes;
  private final LiveObjects watched;
  private final InstantSource clock;
  private final Map<Place, Reading> readings = new BoundedMap<>(SECRETS_MAX);

  public NamedSecrets(KubernetesClient kubernetes, LiveObjects watched, InstantSource clock) {
    this.kubernetes = kubernetes;
    this.watched = watched;
    this.clock = clock;
  }

  /** What the cluster's pods need of them. */
  public Found of(LuminateCluster cluster) {
    Instant again = clock.instant().plus(AGE_MAX);
    Map<String, Set<String>> needed = new TreeMap<>();
    for (SecretValue value : ClusterObjects.namedSecrets(cluster)) {
      needed.computeIfAbsent(value.secret(), _ -> new TreeSet<>()).add(value.key());
    }
    Map<String, Map<String, String>> values = new TreeMap<>();
    List<Refusal> refusals = new ArrayList<>();
    List<Instant> due = new ArrayList<>();
    needed.forEach(
        (name, keys) -> {
          Place place = new Place(cluster.getMetadata().getNamespace(), name, Set.copyOf(keys));
          try {
            find(place)
                .ifPresentOrElse(
                    found -> {
                      values.put(name, found.texts());
                      found.readAgain().ifPresent(due::add);
                    },
                    () -> due.add(again));
          } catch (KubernetesClientException answer) {
            refusals.add(Refusal.lasting(new ObjectKey("v1", "Secret", name), answer));
          }
        });
    return new Found(values, refusals, due.stream().min(Instant::compareTo));
  }

  private Optional<Values> find(Place place) {
    Optional<HasMetadata> live =
        watched.find(place.namespace(), new ObjectKey("v1", "Secret", place.name()));
    if (live.isPresent() && live.get() instanceof Secret secret) {
      forget(place);
      return Optional.of(new Values(needed(secret, place), Optional.empty()));
    }
    Instant now = clock.instant();
    return remembered(place, now).or(() -> read(place, now));
  }

  private synchronized Optional<Values> remembered(Place place, Instant now) {
    return Optional.ofNullable(readings.get(place))
        .filter(reading -> now.isBefore(reading.at().plus(AGE_MAX)))
        .map(Reading::counting);
  }

  private synchronized void forget(Place place) {
    readings.remove(place);
  }

  private synchronized void remember(Place place, Reading reading) {
    readings.put(place, reading);
  }

  /** That one is missing is not remembered, so that it counts as soon as it is there. */
  private Optional<Values> read(Place place, Instant now) {
    Secret secret =
        kubernetes.secrets().inNamespace(place.namespace()).withName(place.name()).get();
    if (secret == null) {
      forget(place);
      return Optional.empty();
    }
    Reading reading = new Reading(needed(secret, place), now);
    remember(place, reading);
    return Optional.of(reading.counting());
  }

  private static Map<String, String> needed(Secret secret, Place place) {
    Map<String, String> values =
        new TreeMap<>(Objects.requireNonNullElse(secret.getData(), Map.of()));
    values.keySet().retainAll(place.keys());
    return Map.copyOf(values);
  }
}

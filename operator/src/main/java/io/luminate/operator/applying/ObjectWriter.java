// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.applying.AppliedMemory.Place;
import io.luminate.operator.applying.AppliedMemory.Version;
import io.luminate.operator.objects.Digests;
import io.luminate.operator.objects.ObjectKey;
import io.luminate.operator.objects.Ownership;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Optional;

/** Applies single objects of one cluster, and never writes over somebody else's. */
final class ObjectWriter {
  private static final String GOING = "custom resource definition is terminating";

  private final LuminateCluster cluster;
  private final Requests requests;
  private final LiveObjects watched;
  private final AppliedMemory memory;
  private final ReplicasHandOver replicas;
  private final Instant now;

  ObjectWriter(
      LuminateCluster cluster,
      Requests requests,
      LiveObjects watched,
      AppliedMemory memory,
      Instant now) {
    this.cluster = cluster;
    this.requests = requests;
    this.watched = watched;
    this.memory = memory;
    this.replicas = new ReplicasHandOver(cluster, requests);
    this.now = now;
  }

  /**
   * Has it be so. What is watched may be old, and what is not watched may be there: so an object
   * that seems to be missing is read by name, and so is one that is not what it seemed to be.
   */
  Written write(HasMetadata wanted) {
    try {
      Optional<HasMetadata> seen = own(wanted);
      return attempt(wanted, seen.isPresent() ? seen : requests.read(wanted));
    } catch (KubernetesClientException answer) {
      return Requests.isOvertaken(answer) ? writeAnew(wanted) : refused(wanted, answer);
    }
  }

  /** Once: who is overtaken again has the next pass. */
  private Written writeAnew(HasMetadata wanted) {
    try {
      return attempt(wanted, requests.read(wanted));
    } catch (KubernetesClientException answer) {
      return refused(wanted, answer);
    }
  }

  private Optional<HasMetadata> own(HasMetadata wanted) {
    return watched
        .find(wanted.getMetadata().getNamespace(), ObjectKey.of(wanted))
        .filter(live -> Ownership.isOf(cluster, live));
  }

  private Written attempt(HasMetadata asked, Optional<HasMetadata> live) {
    if (live.isPresent() && !Ownership.isOf(cluster, live.get())) {
      return new Written.Foreign();
    }
    HasMetadata wanted =
        ClaimTemplate.keptFrom(live, replicas.leftToOthers(asked, live.isPresent()));
    Place place = Place.of(wanted);
    Version version = live.map(Version::of).orElse(Version.NONE);
    String digest = digest(wanted);
    if (live.isPresent() && memory.isApplied(place, version, digest)) {
      return new Written.Done(live.get(), false);
    }
    Optional<Refusal> lately = memory.refused(place, version, digest, now);
    if (lately.isPresent()) {
      return new Written.Refused(lately.get());
    }
    try {
      HasMetadata applied = live.isPresent() ? change(wanted, live.get()) : requests.make(wanted);
      memory.applied(place, Version.of(applied), digest);
      return new Written.Done(applied, !Version.of(applied).equals(version));
    } catch (KubernetesClientException answer) {
      if (!Requests.isNoAnswer(answer)
          && !Requests.isOvertaken(answer)
          && !isKindGone(wanted, answer)) {
        memory.refused(place, version, digest, Refusal.of(place.key(), answer), now);
      }
      throw answer;
    }
  }

  private HasMetadata change(HasMetadata wanted, HasMetadata live) {
    replicas.handOver(wanted, live);
    return replicas.takenBack(requests.change(wanted, live));
  }

  private static Written refused(HasMetadata wanted, KubernetesClientException answer) {
    if (Requests.isNoAnswer(answer)) {
      throw answer;
    }
    return isKindGone(wanted, answer)
        ? new Written.NoKind()
        : new Written.Refused(Refusal.of(ObjectKey.of(wanted), answer));
  }

  /**
   * What is in no model of the client's is of an optional kind, which may just have gone. While it
   * goes, nothing of it may be made any more, which is a 403 that a text alone tells from others.
   */
  private static boolean isKindGone(HasMetadata wanted, KubernetesClientException answer) {
    return wanted instanceof GenericKubernetesResource
        && (answer.getCode() == HttpURLConnection.HTTP_NOT_FOUND
            || String.valueOf(answer.getMessage()).contains(GOING));
  }

  private static String digest(HasMetadata wanted) {
    return Digests.sha256(Serialization.asJson(wanted));
  }
}

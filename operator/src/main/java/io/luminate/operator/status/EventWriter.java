// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people of resources by events. The same again is counted in the event that there is, for as
 * long as the API server keeps it. An event that cannot be written is lost: the status says it too.
 */
public final class EventWriter {
  private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
  private static final String CONTROLLER = "luminate.io/operator";

  /** Of the resource; with the rest it is to have at most 253. */
  private static final int NAME_CHARS_MAX = 200;

  /** As the API server reads it, which takes no other number of digits. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient kubernetes;
  private final InstantSource clock;
  private final String instance;
  private final EventBudget budget = new EventBudget();

  /**
   * @param instance the name of this operator's pod
   */
  public EventWriter(KubernetesClient kubernetes, InstantSource clock, String instance) {
    this.kubernetes = kubernetes;
    this.clock = clock;
    this.instance = instance;
  }

  void write(HasMetadata resource, List<Telltale> events) {
    for (Telltale event : events) {
      if (!budget.take(resource.getMetadata().getUid(), clock.instant())) {
        LOG.debug("{}: too many events", resource.getMetadata().getName());
        return;
      }
      try {
        write(resource, event);
      } catch (KubernetesClientException e) {
        LOG.warn("an event of {} is lost: {}", resource.getMetadata().getName(), e.getMessage());
      }
    }
  }

  private void write(HasMetadata resource, Telltale told) {
    Event event = event(resource, told);
    try {
      kubernetes.resource(event).create();
    } catch (KubernetesClientException refusal) {
      if (refusal.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw refusal;
      }
      countAgain(event);
    }
  }

  private Event event(HasMetadata resource, Telltale told) {
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(resource.getMetadata().getNamespace())
        .withName(name(resource, told))
        .endMetadata()
        .withType(told.type())
        .withReason(told.reason().text())
        .withAction(told.action())
        .withNote(told.note())
        .withEventTime(now())
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(resource.getApiVersion())
                .withKind(resource.getKind())
                .withNamespace(resource.getMetadata().getNamespace())
                .withName(resource.getMetadata().getName())
                .withUid(resource.getMetadata().getUid())
                .build())
        .build();
  }

  /** The same for the same event of the same resource, whichever operator tells it. */
  private static String name(HasMetadata resource, Telltale told) {
    String what =
        resource.getMetadata().getUid() + '\n' + told.reason().text() + '\n' + told.note();
    UUID digest = UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
    String name = resource.getMetadata().getName();
    String begin = name.substring(0, Math.min(name.length(), NAME_CHARS_MAX));
    return begin.replaceAll("[.-]+$", "") + "." + digest.toString().replace("-", "");
  }

  private void countAgain(Event event) {
    kubernetes
        .events()
        .v1()
        .events()
        .inNamespace(event.getMetadata().getNamespace())
        .withName(event.getMetadata().getName())
        .edit(
            live -> {
              int count =
                  live.getSeries() == null
                      ? 1
                      : Objects.requireNonNullElse(live.getSeries().getCount(), 1);
              return new EventBuilder(live)
                  .withNewSeries()
                  .withCount(count + 1)
                  .withLastObservedTime(now())
                  .endSeries()
                  .build();
            });
  }

  private MicroTime now() {
    return new MicroTime(MICROS.format(clock.instant()));
  }
}

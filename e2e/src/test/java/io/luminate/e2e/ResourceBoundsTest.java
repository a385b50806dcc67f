// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.luminate.server.config.TenantLimit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A custom resource takes just the limits that a server takes. Only here both can be seen. */
final class ResourceBoundsTest {
  private static final JsonNode QUOTA =
      Serialization.unmarshal(
          SourceTree.read().get("crds/generated/tenantquotas.luminate.io.yaml").text(),
          JsonNode.class);

  @TestFactory
  Stream<DynamicTest> quota_takesWhatTheServerTakes() {
    return Stream.of(TenantLimit.values())
        .map(limit -> DynamicTest.dynamicTest(limit.field(), () -> assertSame(limit)));
  }

  private static void assertSame(TenantLimit limit) {
    JsonNode field =
        QUOTA.at(
            "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/%s/properties/%s"
                .formatted(limit.section(), limit.field()));
    if (limit.isDuration()) {
      assertSameRange(limit, field.at("/x-kubernetes-validations/0/message").asText());
    } else if (limit.isNumber()) {
      assertSameRange(limit, field.path("minimum").asLong(-1), field.path("maximum").asLong(-1));
    } else {
      assertThat(field.path("enum")).isNotEmpty();
      field.path("enum").forEach(word -> limit.read(word.textValue()));
    }
  }

  private static void assertSameRange(TenantLimit limit, String message) {
    assertThat(message).startsWith("must be ");
    assertThat(limit.allowed())
        .startsWith("a duration " + message.substring("must be ".length(), message.indexOf(',')));
  }

  private static void assertSameRange(TenantLimit limit, long min, long max) {
    assertThat(limit.read("" + min)).isEqualTo(min);
    assertThat(limit.read("" + max)).isEqualTo(max);
    assertRefused(limit, min - 1);
    assertRefused(limit, max + 1);
  }

  private static void assertRefused(TenantLimit limit, long value) {
    assertThatThrownBy(() -> limit.read("" + value)).isInstanceOf(IllegalArgumentException.class);
  }
}

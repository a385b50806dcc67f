// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private static Endpoint of(String address) {
    return Endpoint.of(
        new ClickHouseAccess(
            List.of(address), "default", "writer", "s3cret", 1, Duration.ofMinutes(1)),
        address);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8123, http://localhost:8123",
    "click_house, http://click_house:8123",
    "http://10.0.0.1:80/, http://10.0.0.1:80",
    "https://clickhouse.example.com, https://clickhouse.example.com:8443",
    "https://proxy.example.com:443/click/house/, https://proxy.example.com:443/click/house",
    "[::1]:8123, http://[::1]:8123"
  })
  void address_asPeopleWriteIt(String address, String url) {
    assertThat(of(address).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b:8123", "tcp://a:9000", "a:port", "user:password@a:8123", "a?b"})
  void anythingElse_isRefused(String address) {
    assertThatThrownBy(() -> of(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:8123");
  }

  @Test
  void shown_hasNoPassword() {
    assertThat(of("localhost:8123")).asString().doesNotContain("s3cret", "writer");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP interface of ClickHouse.
 *
 * @param path of the interface behind a proxy, without a {@code /} at its end; mostly empty
 * @param authorization value of the header that says as whom
 * @param tls absent over plain HTTP
 */
record Endpoint(
    String host,
    int port,
    String path,
    String authorization,
    String database,
    Optional<SSLSocketFactory> tls) {
  private static final int HTTP_PORT = 8_123;
  private static final int HTTPS_PORT = 8_443;

  /** Names of hosts may have underscores, which {@link java.net.URI} does not take. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(https?)://)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?(/[!-~]*[!-.0-~])?/*");

  /**
   * @param address {@code host:8123} or a URL
   * @throws IllegalArgumentException if it is neither
   */
  static Endpoint of(ClickHouseAccess access, String address) {
    Matcher parts = ADDRESS.matcher(address);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "an address of ClickHouse must be host:8123 or an http(s) URL, without a password");
    }
    boolean secure = "https".equals(parts.group(1));
    String credentials = access.username() + ":" + access.password();
    return new Endpoint(
        parts.group(2),
        Optional.ofNullable(parts.group(3))
            .map(Integer::parseInt)
            .orElse(secure ? HTTPS_PORT : HTTP_PORT),
        Optional.ofNullable(parts.group(4)).orElse(""),
        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)),
        access.database(),
        secure ? Optional.of(TrustedCertificates.sockets(access.trusted())) : Optional.empty());
  }

  /** As other libraries take it. */
  String url() {
    return (tls.isPresent() ? "https://" : "http://") + authority() + path;
  }

  String authority() {
    return host + ":" + port;
  }

  /** Never the password. */
  @Override
  public String toString() {
    return url();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
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

  /**
   * @param address {@code host:8123} or a URL
   */
  static Endpoint of(ClickHouseAccess access, String address) {
    URI uri = URI.create(address.contains("://") ? address : "http://" + address);
    boolean secure = "https".equals(uri.getScheme());
    if (uri.getHost() == null || !secure && !"http".equals(uri.getScheme())) {
      throw new IllegalArgumentException(
          "address of ClickHouse: '" + address + "', but must be host:8123 or an http(s) URL");
    }
    String credentials = access.username() + ":" + access.password();
    return new Endpoint(
        uri.getHost(),
        uri.getPort() > 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT,
        uri.getPath().replaceAll("/+$", ""),
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

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * How to reach an API server, and as whom. A client library makes its configuration of the
 * kubeconfig; the JDK's own client is here.
 *
 * @param url without a path
 * @param authority the certificate by which clients know the server
 * @param token says who comes
 */
public record ApiAccess(URI url, Path authority, String token) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  /** The same server, for someone else. */
  public ApiAccess withToken(String other) {
    return new ApiAccess(url, authority, other);
  }

  /** The text of the file that kubectl and client libraries read. */
  public String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        current-context: luminate
        clusters:
        - name: luminate
          cluster: {server: "%s", certificate-authority: "%s"}
        users:
        - name: luminate
          user: {token: "%s"}
        contexts:
        - name: luminate
          context: {cluster: luminate, user: luminate}
        """
        .formatted(url, authority, token);
  }

  /** A client that trusts this server alone; the caller's to close. */
  public HttpClient newHttpClient() throws IOException {
    try {
      return HttpClient.newBuilder().sslContext(trust()).build();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot trust " + authority, e);
    }
  }

  /**
   * A request of whom the token names.
   *
   * @param path with what follows it, as {@code /readyz?verbose}
   */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path))
        .timeout(ANSWER_MAX)
        .setHeader("Authorization", "Bearer " + token);
  }

  private SSLContext trust() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(authority)) {
      // The server's own, and that which signed it.
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry(Integer.toString(store.size()), one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whom connections with TLS trust. */
final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * @param pem certificates; without them those of the platform
   * @throws UncheckedIOException if there are none in the file
   */
  static SSLSocketFactory sockets(Optional<Path> pem) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(pem).getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "certificates to trust" + pem.map(f -> " of " + f).orElse(""), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrustManagerFactory trust(Optional<Path> pem)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (pem.isPresent()) {
      trust.init(keys(pem.get()));
    } else {
      trust.init((KeyStore) null);
    }
    return trust;
  }

  private static KeyStore keys(Path pem) throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        keys.setCertificateEntry("trusted-" + keys.size(), certificate);
      }
    }
    if (keys.size() == 0) {
      throw new IOException("no certificate in " + pem);
    }
    return keys;
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.kube.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Who may come in: an administrator by a token, service accounts by tokens signed with a key. */
final class Credentials {
  private static final int KEY_BITS = 2048;
  private static final int TOKEN_BYTES = 16;
  private static final int PEM_LINE = 64;

  private final Path folder;
  private final ApiAccess access;

  private Credentials(Path folder, URI url, String adminToken) {
    this.folder = folder;
    access = new ApiAccess(url, certificates().resolve("apiserver.crt"), adminToken);
  }

  static Credentials make(Path folder, URI url) throws IOException {
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    Credentials made = new Credentials(folder, url, HexFormat.of().formatHex(token));
    Files.writeString(made.tokens(), made.access.token() + ",admin,admin,\"system:masters\"\n");
    Files.writeString(made.serviceAccountKey(), newKey());
    Files.writeString(made.kubeconfig(), made.access.kubeconfig());
    return made;
  }

  /** The administrator's. */
  ApiAccess access() {
    return access;
  }

  Path tokens() {
    return folder.resolve("tokens.csv");
  }

  Path serviceAccountKey() {
    return folder.resolve("service-accounts.key");
  }

  /** The API server makes a certificate for itself here, and what signed it. */
  Path certificates() {
    return folder.resolve("certificates");
  }

  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  private static String newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      byte[] newline = "\n".getBytes(StandardCharsets.US_ASCII);
      String text = Base64.getMimeEncoder(PEM_LINE, newline).encodeToString(key);
      return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK has RSA", e);
    }
  }
}

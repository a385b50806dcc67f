// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

import io.luminate.server.config.ConfigException;
import io.luminate.server.config.ConfigProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the public key of a PEM file: a bare key (SubjectPublicKeyInfo) or a certificate's. */
final class PublicKeyPem {
  private static final String CONFIG_KEY = "auth.jwt_public_key_path";

  /** A key of 16 384 bits with room to spare. */
  private static final int FILE_BYTES_MAX = 64 << 10;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private PublicKeyPem() {}

  static VerificationKey read(Path file) throws ConfigException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX);
      PublicKey key = parse(new String(bytes, StandardCharsets.US_ASCII));
      VerificationKey verificationKey = VerificationKey.of("", key);
      if (!verificationKey.usable()) {
        throw new GeneralSecurityException(
            "expected RSA of at least 2048 bits, or EC on P-256, P-384 or P-521");
      }
      return verificationKey;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException useless) {
      String message = file + " holds no key that can be used: " + useless.getMessage();
      throw new ConfigException(List.of(new ConfigProblem("", CONFIG_KEY, message)));
    }
  }

  private static PublicKey parse(String text) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      throw new GeneralSecurityException("no PEM block (-----BEGIN PUBLIC KEY-----)");
    }
    byte[] der = Base64.getMimeDecoder().decode(block.group(2));
    return switch (block.group(1)) {
      case "PUBLIC KEY" -> publicKey(der);
      case "CERTIFICATE" ->
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der))
              .getPublicKey();
      default ->
          throw new GeneralSecurityException(
              "it holds a " + block.group(1) + ", expected PUBLIC KEY or CERTIFICATE");
    };
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException notRsa) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luminate.crd.LuminateCluster;
import io.luminate.operator.objects.ObjectNames;
import io.luminate.operator.objects.PodFiles;
import io.luminate.operator.publishing.GuardedObjects.Seen;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The Secret {@code <cluster>-internal}, which servers have as files: who has its token may tell
 * them their limits. Its texts are never logged.
 */
public final class InternalToken {
  /** Whoever sets this annotation to {@code true} asks for another token. */
  public static final String ROTATE_ANNOTATION = "luminate.io/rotate";

  /** Since when the current token counts. */
  static final String SINCE_ANNOTATION = "luminate.io/token-since";

  /** As text 43 characters, of 32 that a server wants. */
  private static final int RANDOM_BYTES = 32;

  /** What there is to call pods with. */
  sealed interface Found {
    /** This. */
    record Usable(Tokens tokens, Optional<Secret> secret) implements Found {}

    /** Nothing, and nothing may be made. */
    record Missing() implements Found {}

    /** Somebody else's Secret has the name. */
    record Foreign() implements Found {}

    /** Somebody else wrote it just now. */
    record Overtaken() implements Found {}

    /** The tokens, if there are any. */
    default Optional<Tokens> usable() {
      return this instanceof Usable(Tokens tokens, _) ? Optional.of(tokens) : Optional.empty();
    }
  }

  private final GuardedObjects<Secret> objects;
  private final Supplier<String> random;

  InternalToken(KubernetesClient kubernetes) {
    this(kubernetes, InternalToken::random);
  }

  InternalToken(KubernetesClient kubernetes, Supplier<String> random) {
    this.objects = new GuardedObjects<>(kubernetes, Secret.class);
    this.random = random;
  }

  private static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The tokens as they are. */
  Found read(LuminateCluster cluster) {
    return switch (seen(cluster)) {
      case Seen.Absent<Secret>() -> new Found.Missing();
      case Seen.Foreign<Secret>() -> new Found.Foreign();
      case Seen.Own<Secret>(Secret secret) -> {
        StoredToken stored = stored(secret);
        yield stored
            .current()
            .<Found>map(
                current ->
                    new Found.Usable(new Tokens(current, stored.previous()), Optional.of(secret)))
            .orElseGet(Found.Missing::new);
      }
    };
  }

  /** The tokens as they are to be from now on: made if there are none, another if it is due. */
  Found ensure(LuminateCluster cluster, Instant now) {
    Seen<Secret> seen = seen(cluster);
    if (seen instanceof Seen.Foreign<Secret>) {
      return new Found.Foreign();
    }
    StoredToken stored = seen.own().map(InternalToken::stored).orElse(StoredToken.NONE);
    return switch (TokenDecision.next(stored, now, random)) {
      case TokenDecision.Keep(Tokens tokens) -> labelled(cluster, tokens, seen.own());
      case TokenDecision.Change change -> {
        SecretBuilder wanted = wanted(cluster, seen.own(), change);
        wanted.editMetadata().removeFromAnnotations(ROTATE_ANNOTATION).endMetadata();
        yield written(wanted.build(), change.tokens());
      }
    };
  }

  /** Who takes our labels away changes no token. */
  private Found labelled(LuminateCluster cluster, Tokens tokens, Optional<Secret> live) {
    OwnMeta meta = meta(cluster);
    return live.filter(secret -> !meta.isOn(secret))
        .map(
            secret ->
                new SecretBuilder(secret).editMetadata().addToLabels(meta.labels()).endMetadata())
        .map(wanted -> written(wanted.build(), tokens))
        .orElseGet(() -> new Found.Usable(tokens, live));
  }

  private Found written(Secret wanted, Tokens tokens) {
    return objects
        .write(wanted)
        .<Found>map(written -> new Found.Usable(tokens, Optional.of(written)))
        .orElseGet(Found.Overtaken::new);
  }

  /**
   * Takes the previous token away once nobody needs it.
   *
   * @param allTookCurrent whether each pod was seen to let in who has the current one
   */
  void settle(LuminateCluster cluster, Found found, Instant now, boolean allTookCurrent) {
    if (found instanceof Found.Usable usable && usable.secret().isPresent()) {
      StoredToken stored = stored(usable.secret().get());
      if (TokenDecision.settle(stored, now, allTookCurrent)
          instanceof TokenDecision.Change change) {
        // Who was overtaken sees in the next pass by what.
        objects.write(wanted(cluster, usable.secret(), change).build());
      }
    }
  }

  private Seen<Secret> seen(LuminateCluster cluster) {
    return objects.read(cluster, ObjectNames.of(cluster).internal());
  }

  private static SecretBuilder wanted(
      LuminateCluster cluster, Optional<Secret> live, TokenDecision.Change change) {
    OwnMeta meta = meta(cluster);
    SecretBuilder builder =
        live.map(SecretBuilder::new)
            .orElseGet(() -> new SecretBuilder().withType("Opaque").withMetadata(meta.whole()));
    Map<String, String> data = new TreeMap<>();
    data.put(PodFiles.TOKEN_KEY, base64(change.tokens().current()));
    change
        .tokens()
        .previous()
        .ifPresent(token -> data.put(PodFiles.PREVIOUS_TOKEN_KEY, base64(token)));
    return builder
        .withData(data)
        .editMetadata()
        .addToLabels(meta.labels())
        .addToAnnotations(SINCE_ANNOTATION, change.since().toString())
        .endMetadata();
  }

  private static OwnMeta meta(LuminateCluster cluster) {
    return OwnMeta.of(cluster, ObjectNames.of(cluster).internal());
  }

  private static StoredToken stored(Secret secret) {
    Map<String, String> annotations =
        Optional.of(secret.getMetadata()).map(ObjectMeta::getAnnotations).orElse(Map.of());
    return new StoredToken(
        token(secret, PodFiles.TOKEN_KEY),
        token(secret, PodFiles.PREVIOUS_TOKEN_KEY),
        Optional.ofNullable(annotations.get(SINCE_ANNOTATION)).flatMap(InternalToken::instant),
        "true".equals(annotations.get(ROTATE_ANNOTATION)));
  }

  private static Optional<String> token(Secret secret, String key) {
    try {
      return Optional.ofNullable(secret.getData())
          .map(data -> data.get(key))
          .map(base64 -> Base64.getDecoder().decode(base64))
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String base64(String token) {
    return Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }
}

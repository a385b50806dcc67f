// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luminate.operator.objects.ObjectKey;
import java.net.HttpURLConnection;

/**
 * That the API server did not do what it was asked for.
 *
 * @param status of HTTP
 * @param message one line for a status, not too long
 */
public record Refusal(ObjectKey object, int status, String message) {
  /** As much as a condition of a status can show; the API server repeats whole values. */
  static final int MESSAGE_CHARS_MAX = 500;

  private static final int TOO_MANY_REQUESTS = 429;

  public Refusal {
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    message =
        line.length() <= MESSAGE_CHARS_MAX ? line : line.substring(0, MESSAGE_CHARS_MAX) + "…";
  }

  /**
   * One beside which there is still something to do.
   *
   * @throws KubernetesClientException the answer itself, if it is none or may soon be another
   */
  public static Refusal lasting(ObjectKey object, KubernetesClientException answer) {
    Refusal refusal = of(object, answer);
    if (Requests.isNoAnswer(answer) || !refusal.isLasting()) {
      throw answer;
    }
    return refusal;
  }

  static Refusal of(ObjectKey object, KubernetesClientException answer) {
    String message =
        answer.getStatus() == null || answer.getStatus().getMessage() == null
            ? String.valueOf(answer.getMessage())
            : answer.getStatus().getMessage();
    return new Refusal(object, answer.getCode(), message);
  }

  /** Whether the same request would be refused again, as far as the API server can tell. */
  public boolean isLasting() {
    return status < HttpURLConnection.HTTP_INTERNAL_ERROR
        && status != HttpURLConnection.HTTP_CONFLICT
        && status != TOO_MANY_REQUESTS;
  }
}

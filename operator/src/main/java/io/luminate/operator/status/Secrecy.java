// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.status;

import java.util.regex.Pattern;

/**
 * Hides what looks like a secret. Who may read a status may not read Secrets, and a server that
 * does not start may say with what.
 */
final class Secrecy {
  private static final String HIDDEN = "***";

  /** {@code http://user:password@host}. */
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

  /** {@code password=…}, {@code "jwt_secret": "…"}; the word may be the end of a longer one. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:password|passwd|secret|token|api_?key|private_?key)[\"']?\\s*[=:]\\s*)"
              + "(?:\"[^\"]*\"?|'[^']*'?|[^\\s,;}\\])]+)");

  /** Of an Authorization header. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9._~+/=-]{8,}");

  /** Three parts in base64, of which the first begins with an opening brace. */
  private static final Pattern JWT =
      Pattern.compile("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)");

  private Secrecy() {}

  /**
   * @param line without line ends
   */
  static String hide(String line) {
    String text = PEM.matcher(line).replaceAll(HIDDEN);
    text = JWT.matcher(text).replaceAll(HIDDEN);
    text = CREDENTIALS.matcher(text).replaceAll("$1 " + HIDDEN);
    text = USER_INFO.matcher(text).replaceAll(HIDDEN + "@");
    return NAMED.matcher(text).replaceAll("$1" + HIDDEN);
  }
}

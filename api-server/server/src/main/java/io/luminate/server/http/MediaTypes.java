// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

import java.util.Locale;

/** What a {@code Content-Type} header says. */
final class MediaTypes {
  private MediaTypes() {}

  /** {@code application/json}, with any parameters. */
  static boolean isJson(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT).equals("application/json");
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

/** Lets everyone in, as the default tenant: authentication is off. */
final class AnonymousAuthenticator implements Authenticator {
  @Override
  public Principal authenticate(String authorizationHeader) {
    return Principal.ANONYMOUS;
  }

  @Override
  public void close() {}
}

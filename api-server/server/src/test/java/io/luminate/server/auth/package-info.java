// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Tests with real keys, real tokens and a real issuer on a socket. */
@NullMarked
package io.luminate.server.auth;

import org.jspecify.annotations.NullMarked;

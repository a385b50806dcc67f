// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.auth;

/** A token's principal, and until when (exclusive) it may be believed without a second look. */
record VerifiedToken(Principal principal, long usableUntilMillis) {}

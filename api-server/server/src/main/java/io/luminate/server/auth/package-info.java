// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Who is calling. {@link io.luminate.server.auth.Authenticator} turns an {@code Authorization}
 * header into a {@link io.luminate.server.auth.Principal}; what a principal may do is asked of it
 * by the endpoints. No message repeats a token or a part of one.
 */
@NullMarked
package io.luminate.server.auth;

import org.jspecify.annotations.NullMarked;

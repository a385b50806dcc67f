// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** What a tenant may have of a server, so that none hurts another. */
@NullMarked
package io.luminate.server.limits;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** How much of their limits tenants use: figures, warnings and forecasts. */
@NullMarked
package io.luminate.server.limits.usage;

import org.jspecify.annotations.NullMarked;

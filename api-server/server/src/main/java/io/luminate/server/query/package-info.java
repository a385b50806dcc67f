// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Turns what a caller asks for into requests to the store: bounds, defaults, time ranges, pins and
 * cursors. Reachable without HTTP, and knows no JSON.
 */
@NullMarked
package io.luminate.server.query;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What every write goes through, whatever its encoding: the rules of a point, the way from a
 * series' text to its handle, and the idempotent call of the store. Knows neither HTTP nor JSON.
 */
@NullMarked
package io.luminate.server.ingest;

import org.jspecify.annotations.NullMarked;

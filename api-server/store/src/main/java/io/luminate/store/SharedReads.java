// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What all processes on a store know of queries for a metric, to the hour.
 *
 * @param last that found points; empty if none did since {@code knownSince}
 */
public record SharedReads(Optional<Instant> last, Instant knownSince) {}

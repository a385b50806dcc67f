// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP: one Jetty for the API and one for probes and scrapers. Writes bypass JAX-RS, everything
 * else goes through Jersey; both end in the same shape of errors.
 */
@NullMarked
package io.luminate.server.http;

import org.jspecify.annotations.NullMarked;

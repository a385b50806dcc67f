// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Which series and metrics there are, as far as limits need to know it: sketches that processes
 * share, and exact look-ups where a limit is near.
 */
@NullMarked
package io.luminate.store.clickhouse.cardinality;

import org.jspecify.annotations.NullMarked;

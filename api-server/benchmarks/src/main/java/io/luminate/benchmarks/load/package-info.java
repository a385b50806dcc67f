// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The "customers" workload, point by point from a seed, and what sends it over HTTP. */
@NullMarked
package io.luminate.benchmarks.load;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The queries of the benchmark and how they are timed. */
@NullMarked
package io.luminate.benchmarks.query;

import org.jspecify.annotations.NullMarked;

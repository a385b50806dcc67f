// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** What a limit of series lets in, and what it costs. */
@NullMarked
package io.luminate.benchmarks.limits;

import org.jspecify.annotations.NullMarked;

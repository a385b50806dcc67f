// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The generator of {@code make demo}: a believable workload that never ends. */
@NullMarked
package io.luminate.benchmarks.demo;

import org.jspecify.annotations.NullMarked;

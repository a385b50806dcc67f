// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Other databases that do the same work in the same run. */
@NullMarked
package io.luminate.benchmarks.peer;

import org.jspecify.annotations.NullMarked;

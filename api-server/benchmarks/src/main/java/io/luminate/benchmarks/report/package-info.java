// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** How figures are written down. */
@NullMarked
package io.luminate.benchmarks.report;

import org.jspecify.annotations.NullMarked;

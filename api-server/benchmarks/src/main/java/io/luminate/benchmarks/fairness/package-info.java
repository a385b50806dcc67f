// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** Whether a tenant that asks for far more than it may slows another one down. */
@NullMarked
package io.luminate.benchmarks.fairness;

import org.jspecify.annotations.NullMarked;

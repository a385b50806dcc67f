// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Processes under measurement: their start and end, processor time, memory and disk. */
@NullMarked
package io.luminate.benchmarks.process;

import org.jspecify.annotations.NullMarked;

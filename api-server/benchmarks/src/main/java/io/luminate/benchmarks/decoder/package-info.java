// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** JMH measurements of the decoding of write batches. */
@NullMarked
package io.luminate.benchmarks.decoder;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** JMH measurements of the vector codecs and of whole segments, without HTTP or an engine. */
@NullMarked
package io.luminate.benchmarks.codec;

import org.jspecify.annotations.NullMarked;

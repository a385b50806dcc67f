// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The end-to-end benchmark: the real server as a child process, loaded and asked over HTTP. */
@NullMarked
package io.luminate.benchmarks;

import org.jspecify.annotations.NullMarked;

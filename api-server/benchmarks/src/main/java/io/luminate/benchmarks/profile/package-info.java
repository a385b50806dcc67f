// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Where the time of a recorded run went. */
@NullMarked
package io.luminate.benchmarks.profile;

import org.jspecify.annotations.NullMarked;

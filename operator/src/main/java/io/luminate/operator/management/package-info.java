// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What is asked about the operator itself: whether it lives, whether it is ready, and its figures.
 */
@NullMarked
package io.luminate.operator.management;

import org.jspecify.annotations.NullMarked;

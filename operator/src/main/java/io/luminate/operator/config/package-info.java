// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** What the operator is told at its start, by variables of its environment. */
@NullMarked
package io.luminate.operator.config;

import org.jspecify.annotations.NullMarked;

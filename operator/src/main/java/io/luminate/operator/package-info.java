// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The operator. {@code OperatorMain} is its process; {@code objects} and {@code document} say what
 * is to be, {@code applying} and {@code publishing} have it be so, {@code status} says what is, and
 * {@code reconcile} calls them.
 */
@NullMarked
package io.luminate.operator;

import org.jspecify.annotations.NullMarked;

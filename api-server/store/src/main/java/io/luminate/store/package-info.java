// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The storage interface: what every store answers, in which words, and how it fails. Semantics are
 * exact and the same for every store; {@code store-testkit} holds the suite that decides.
 */
@NullMarked
package io.luminate.store;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the operator sees of Kubernetes: informers whose caches hold labelled objects alone, and
 * which cluster an event is of. {@code Watches} names every kind.
 */
@NullMarked
package io.luminate.operator.watch;

import org.jspecify.annotations.NullMarked;

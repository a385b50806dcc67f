// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Has Kubernetes be as {@code ClusterObjects} says, and looks up the facts that this depends on.
 * {@code Applier.apply} is one pass over one cluster; it returns what a status is made of. Watched
 * objects come from memory ({@code LiveObjects}), so that a pass in which nothing has changed sends
 * nothing.
 *
 * <p>{@code ObjectWriter} applies one object and {@code AppliedMemory} spares it the next time;
 * {@code ReplicasHandOver}, {@code ClaimGrowth} and {@code StuckPod} are what an apply alone does
 * not do right. {@code ServedKinds} and {@code NamedSecrets} are facts.
 */
@NullMarked
package io.luminate.operator.applying;

import org.jspecify.annotations.NullMarked;

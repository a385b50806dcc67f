// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The operator at work. {@code ClusterReconciler} is called whenever there is something to look at,
 * for each cluster by one thread at a time; {@code ClusterPass} is what is done then, in order.
 * {@code LostReferences} tells policies and quotas of clusters that are not there, and {@code
 * Leadership} sees to it that one operator is at work.
 */
@NullMarked
package io.luminate.operator.reconcile;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What Kubernetes objects a cluster owns: a function of the cluster and of a few facts, that knows
 * no client. Who executes it applies what there is to be, and deletes by name what there is not.
 */
@NullMarked
package io.luminate.operator.objects;

import org.jspecify.annotations.NullMarked;

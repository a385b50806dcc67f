// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** A whole cluster to test on: the control plane, a node with its pods, and its services. */
@NullMarked
package io.luminate.e2e.cluster;

import org.jspecify.annotations.NullMarked;

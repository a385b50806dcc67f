// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A real Kubernetes control plane without containers: one binary, built once from its Go modules,
 * that is etcd, the API server, the controllers and the scheduler by turns.
 */
@NullMarked
package io.luminate.e2e.controlplane;

import org.jspecify.annotations.NullMarked;

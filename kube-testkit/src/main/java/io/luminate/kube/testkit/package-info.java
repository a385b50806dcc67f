// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A real Kubernetes control plane without containers: one binary, built once from its Go modules,
 * that is etcd, the API server, the controllers and the scheduler by turns. {@link
 * io.luminate.kube.testkit.ApiServer} is the first two on 127.0.0.1, for tests of any module;
 * {@link io.luminate.kube.testkit.ControlPlane} is all of them in namespaces. Knows nothing of
 * Luminate, and no client of Kubernetes.
 */
@NullMarked
package io.luminate.kube.testkit;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/** A pod that serves. */
record ClusterPod(String name, String ip, ContainerId container) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.e2e.kubelet;

/** What all pods of a node share. */
record Surroundings(Images images, Timing timing, Hosts hosts) {}

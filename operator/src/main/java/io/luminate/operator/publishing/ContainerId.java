// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

/**
 * One run of a pod's containers. What a process was told goes with it, so answers are of one run.
 *
 * @param containers ids that the runtime gave, of all containers of the pod in one text: which of
 *     them is the server is known to the pod's template alone
 */
record ContainerId(String podUid, String containers) {}

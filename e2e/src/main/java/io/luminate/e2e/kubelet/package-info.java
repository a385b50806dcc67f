// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A small kubelet: a Node that is ready, and the pods bound to it as local processes with addresses
 * and mount namespaces of their own. What a kubelet promises to the API is kept; containers are
 * not: no image is pulled, no user changed, no resource limited.
 */
@NullMarked
package io.luminate.e2e.kubelet;

import org.jspecify.annotations.NullMarked;

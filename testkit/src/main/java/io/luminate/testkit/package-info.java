// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What the testkits share: where they keep what is fetched or built once for this machine, and the
 * ports of what they start. Knows nothing of Luminate.
 */
@NullMarked
package io.luminate.testkit;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** The custom resources that clusters, retention and quotas are asked for with. */
@NullMarked
package io.luminate.crd;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The custom resources that clusters, retention and quotas are asked for with. Their definitions
 * and the reference for people are made from these types: {@code make crds}.
 *
 * <p>What a definition requires is never null, nor is what it has a default for: a record fills
 * that in. What is left is marked as nullable, and absent means what its description says.
 */
@NullMarked
package io.luminate.crd;

import org.jspecify.annotations.NullMarked;

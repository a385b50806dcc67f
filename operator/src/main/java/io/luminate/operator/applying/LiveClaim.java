// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import java.util.Optional;

/**
 * The claim of a cluster's volume.
 *
 * @param capacity of the volume, once it has one; less than asked for while it grows
 * @param refusal why it does not grow, if it was asked to
 */
public record LiveClaim(Optional<String> capacity, Optional<Refusal> refusal) {}

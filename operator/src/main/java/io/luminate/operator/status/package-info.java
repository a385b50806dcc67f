// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the operator says of resources. {@code ClusterStatus}, {@code PolicyStatus} and {@code
 * QuotaStatus} are functions of what was observed and of the status before; {@code Reason} has all
 * words that programs may rely on. {@code StatusWriter} writes what is new of it, and {@code
 * EventWriter} tells people what has changed.
 */
@NullMarked
package io.luminate.operator.status;

import org.jspecify.annotations.NullMarked;

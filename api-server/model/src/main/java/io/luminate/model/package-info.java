// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What a metric point is: plain values that every other module shares and that depend on nothing
 * but the JDK. The rules of the HTTP edge (name patterns, length limits) live with the edge; these
 * types hold any UTF-8 text and any 64 bits of a value.
 */
@NullMarked
package io.luminate.model;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What a cluster's servers are told of limits and retention: one document, made of the resources,
 * of the document before it and of the time, and of nothing else.
 */
@NullMarked
package io.luminate.operator.document;

import org.jspecify.annotations.NullMarked;

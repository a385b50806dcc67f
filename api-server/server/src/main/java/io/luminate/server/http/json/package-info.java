// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * JSON at the edge: the scanner of write batches, the strict reader of queries, the writers of
 * replies. Nothing below {@code http} knows JSON.
 */
@NullMarked
package io.luminate.server.http.json;

import org.jspecify.annotations.NullMarked;

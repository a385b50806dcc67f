// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What is remembered of series, so that a point of one that was seen before becomes a row without a
 * look at its text.
 */
@NullMarked
package io.luminate.store.clickhouse.write.series;

import org.jspecify.annotations.NullMarked;

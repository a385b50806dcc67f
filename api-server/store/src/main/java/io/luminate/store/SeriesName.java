// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import io.luminate.model.Dimensions;

/** A series of some tenant. */
public record SeriesName(String metricName, Dimensions dimensions) {}

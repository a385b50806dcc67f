// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.Dimensions;
import io.luminate.model.TenantId;

/** A point with everything that says where it belongs. */
public record TenantPoint(
    TenantId tenant,
    String metricName,
    Dimensions dimensions,
    long timestampMillis,
    double value) {}

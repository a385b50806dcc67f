// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of {@code MetricsStore} as tests: named cases with literal answers, and seeded
 * random data and queries compared with the reference store. Each store runs all of it by extending
 * {@code MetricsStoreContract}.
 */
@NullMarked
package io.luminate.store.testkit;

import org.jspecify.annotations.NullMarked;

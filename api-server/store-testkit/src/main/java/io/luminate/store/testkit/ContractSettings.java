// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.testkit;

import io.luminate.model.EntityKeys;
import io.luminate.model.RetentionPolicies;
import java.time.InstantSource;

/** What a store under test has to be opened with. It starts empty. */
public record ContractSettings(
    InstantSource clock, EntityKeys entityKeys, RetentionPolicies retention) {}

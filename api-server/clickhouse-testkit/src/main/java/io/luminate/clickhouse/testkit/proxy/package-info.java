// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** A network that fails when told to. */
@NullMarked
package io.luminate.clickhouse.testkit.proxy;

import org.jspecify.annotations.NullMarked;

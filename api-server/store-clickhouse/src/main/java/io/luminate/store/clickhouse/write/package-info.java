// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How points get into ClickHouse: unkeyed requests gathered into one insert, a keyed request as its
 * own behind a row of the ledger, each repeated under its token until its fate is known.
 */
@NullMarked
package io.luminate.store.clickhouse.write;

import org.jspecify.annotations.NullMarked;

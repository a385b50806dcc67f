// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/** Series with stored points, their points, and bytes on disk (index and journal included). */
public record StoreStats(long series, long points, long diskBytes) {}

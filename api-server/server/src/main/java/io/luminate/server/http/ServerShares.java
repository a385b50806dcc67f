// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.http;

/**
 * What one tenant has at most of what all have together.
 *
 * @param writes bodies of writes
 * @param others bodies of anything else
 * @param calls other than writes, and their replies
 * @param atWork writes that the store has
 */
record ServerShares(
    BodyShares writes, BodyShares others, TenantShares calls, WritesAtWork atWork) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse.schema;

/**
 * Whose a database is, so that two deployments never share one by mistake.
 *
 * @param owner such as the namespace and name of a cluster resource
 * @param adopt whether to take over a database that is another's
 */
public record Ownership(String owner, boolean adopt) {}

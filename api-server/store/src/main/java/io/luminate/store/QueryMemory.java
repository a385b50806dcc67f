// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

import java.util.OptionalLong;

/**
 * The memory that queries may work in.
 *
 * @param queryBytesMax of a single one
 * @param tenantBytesMax of all those of one tenant in this process
 * @param tenantBytes what those take; empty where it is not known here
 */
public record QueryMemory(long queryBytesMax, long tenantBytesMax, OptionalLong tenantBytes) {}

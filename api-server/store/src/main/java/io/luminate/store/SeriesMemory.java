// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store;

/**
 * The memory that the index of one tenant's series takes in this process.
 *
 * @param bytesMax past which its new series are refused, or folded
 */
public record SeriesMemory(long bytesMax, long bytes) {}

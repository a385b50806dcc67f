// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Points that are durable in the journal and not sealed yet: pages of columns per UTC day and
 * metric, written by the journal thread alone and readable at once.
 */
@NullMarked
package io.luminate.store.rocksdb.head;

import org.jspecify.annotations.NullMarked;

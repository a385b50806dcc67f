// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The journal: an append-only sequence of checksummed frames that makes a write durable before it
 * is acknowledged, and the one-folder {@link io.luminate.store.rocksdb.journal.Disk} it stands on.
 * It knows nothing of what the payloads mean. The bytes are drawn in {@code
 * docs/format/journal.md}.
 */
@NullMarked
package io.luminate.store.rocksdb.journal;

import org.jspecify.annotations.NullMarked;

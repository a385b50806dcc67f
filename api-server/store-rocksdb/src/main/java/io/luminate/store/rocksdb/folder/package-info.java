// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Who may use a data folder, and whether this program understands what is in it. */
@NullMarked
package io.luminate.store.rocksdb.folder;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The data folder as a whole: that one process uses it, and that its format is one this version
 * reads. Both are settled before anything else in the folder is opened.
 */
@NullMarked
package io.luminate.store.rocksdb.folder;

import org.jspecify.annotations.NullMarked;

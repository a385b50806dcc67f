// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A store in memory that answers by brute force and exact arithmetic: slow, and obviously right.
 * Every other store is compared with it.
 */
@NullMarked
package io.luminate.store.reference;

import org.jspecify.annotations.NullMarked;

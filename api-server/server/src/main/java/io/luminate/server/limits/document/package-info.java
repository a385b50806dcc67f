// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** The limits document: what it may say, and how it is read. */
@NullMarked
package io.luminate.server.limits.document;

import org.jspecify.annotations.NullMarked;

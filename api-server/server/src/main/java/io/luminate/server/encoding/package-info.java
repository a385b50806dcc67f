// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/** How bytes from outside are compressed. */
@NullMarked
package io.luminate.server.encoding;

import org.jspecify.annotations.NullMarked;

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The server's entry point, which puts its parts together and alone knows which store stands behind
 * them.
 */
@NullMarked
package io.luminate.server;

import org.jspecify.annotations.NullMarked;

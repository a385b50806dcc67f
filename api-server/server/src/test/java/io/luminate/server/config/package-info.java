// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Tests of the settings: every default, every property, every way to give one. */
@NullMarked
package io.luminate.server.config;

import org.jspecify.annotations.NullMarked;

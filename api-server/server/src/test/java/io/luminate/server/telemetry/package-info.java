// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/** Tests of what the server tells about itself. */
@NullMarked
package io.luminate.server.telemetry;

import org.jspecify.annotations.NullMarked;

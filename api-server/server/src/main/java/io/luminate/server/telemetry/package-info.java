// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What the server tells about itself: its own metrics in {@link
 * io.luminate.server.telemetry.Telemetry}, its log in {@link
 * io.luminate.server.telemetry.LogSetup}, and the id that ties a request's log lines to its reply.
 */
@NullMarked
package io.luminate.server.telemetry;

import org.jspecify.annotations.NullMarked;

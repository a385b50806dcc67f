// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The server's settings: what the YAML file, the environment and the command line say, checked as a
 * whole before anything starts. {@link io.luminate.server.config.ConfigLoader} is the way in; what
 * comes out are plain records whose values need no further checks.
 */
@NullMarked
package io.luminate.server.config;

import org.jspecify.annotations.NullMarked;

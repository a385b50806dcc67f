// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.server.telemetry;

import java.time.Instant;

/**
 * What is known about the limits document at one moment.
 *
 * @param version 0 where none is in force, or one without a version
 * @param changed when the limits in force last changed
 * @param fileGood whether the file, if there is one, has a document that can be read
 */
public record LimitsReading(
    long version, Instant changed, long refusedFiles, long refusedPushes, boolean fileGood) {}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.document;

/**
 * The document that a pod says it has.
 *
 * @param sha256 of its text; the same version with another text is another document
 */
public record PodAnswer(long version, String sha256) {}

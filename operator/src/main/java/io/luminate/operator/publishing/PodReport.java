// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import java.util.Optional;

/**
 * What is known of a pod after a pass.
 *
 * @param shareFault why it was not told how many pods share the load, if it was not
 * @param retention how far it is, where it said so
 */
public record PodReport(
    String pod, State state, Optional<String> shareFault, Optional<RetentionProgress> retention) {

  /** Where it is with the document. */
  public sealed interface State {
    /** It has said that it goes by it. */
    record Applied() implements State {}

    /** It goes by another one, or by none, and was not told or has to be told a later one. */
    record Behind() implements State {}

    /** The server refused it, or would not let the operator in. */
    record Refused(String message) implements State {}

    /** No server answered. */
    record Unreachable(String reason) implements State {}

    /**
     * Somebody told it so high a version that nobody can go above it. It takes none until its
     * container starts again.
     */
    record VersionTooHigh(long version) implements State {}
  }
}

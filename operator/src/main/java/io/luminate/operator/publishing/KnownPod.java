// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.document.PodAnswer;
import java.util.Optional;

/**
 * What is known of one run of a pod's server.
 *
 * @param storedVersion of the document that its store follows, as far as known. Beyond all others,
 *     if a database has seen another life of the cluster.
 */
record KnownPod(Optional<PodAnswer> document, Optional<Share> share, long storedVersion) {
  KnownPod with(PodState state) {
    return new KnownPod(state.document(), state.share(), storedVersion);
  }

  KnownPod with(Share share) {
    return new KnownPod(document, Optional.of(share), storedVersion);
  }

  long version() {
    return document.map(PodAnswer::version).orElse(0L);
  }
}

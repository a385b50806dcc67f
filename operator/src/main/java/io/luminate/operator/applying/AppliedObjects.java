// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.applying;

import io.luminate.operator.objects.ObjectKey;
import java.util.List;
import java.util.Optional;

/**
 * What became of a cluster's objects, of which a status is made.
 *
 * @param conflicts objects of our names that are somebody else's, and so were left alone
 * @param refusals of the API server. The same refused object is tried again a minute later, or when
 *     it or what it is to be has changed; so whoever calls should come back by then.
 * @param isChanged whether an object was written, or was seen to have changed since a cache had it
 * @param workload as it is now, if it is there and ours
 * @param claim as it is now, if it is there
 */
public record AppliedObjects(
    List<ObjectKey> conflicts,
    List<Refusal> refusals,
    boolean isChanged,
    Optional<LiveWorkload> workload,
    Optional<LiveClaim> claim) {
  public AppliedObjects {
    conflicts = List.copyOf(conflicts);
    refusals = List.copyOf(refusals);
  }
}

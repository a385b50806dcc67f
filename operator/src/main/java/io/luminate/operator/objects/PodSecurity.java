// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;

/**
 * Pod Security "restricted", and a root file system that is read-only. Who a container runs as is
 * the image's matter: it has to name a user by number, that is not root.
 */
final class PodSecurity {
  /** Whoever the image runs as; it is "nonroot" of many images. */
  static final long VOLUME_GROUP = 65_532;

  private static final String RUNTIME_DEFAULT = "RuntimeDefault";

  private PodSecurity() {}

  static PodSecurityContext pod() {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType(RUNTIME_DEFAULT)
        .endSeccompProfile()
        .build();
  }

  /** Whose user may write to the volume. Files are not looked through at each start. */
  static PodSecurityContext podWithVolume() {
    return new PodSecurityContextBuilder(pod())
        .withFsGroup(VOLUME_GROUP)
        .withFsGroupChangePolicy("OnRootMismatch")
        .build();
  }

  static SecurityContext container() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withReadOnlyRootFilesystem(true)
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType(RUNTIME_DEFAULT)
        .endSeccompProfile()
        .build();
  }
}

// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.document.PodAnswer;
import java.util.Optional;

/**
 * What a server says that it goes by.
 *
 * @param document empty: it has none with a version
 * @param share empty: nobody has told it yet
 */
record PodState(Optional<PodAnswer> document, Optional<Share> share) {}

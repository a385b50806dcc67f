// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Carries the limits document to a cluster's servers. {@code Publisher.publish} is one pass, to be
 * called whenever one of the resources, a pod or the time that the last pass named asks for it; it
 * returns what a status is made of. All else is public so that its result can be read, and {@code
 * InternalToken} for the annotation by which a person asks for another token.
 *
 * <p>In the order of a pass: {@code InternalToken} sees to the Secret, {@code LimitsConfigMap}
 * reads what was published last, {@code Pods} says which pods are meant, {@code PodTalk} asks those
 * that are not known, the document is made and written, and {@code PodTalk} tells it. What counts
 * is decided by functions of values: {@code TokenDecision}, {@code Pods}, {@code Shares} and the
 * package {@code document}.
 */
@NullMarked
package io.luminate.operator.publishing;

import org.jspecify.annotations.NullMarked;

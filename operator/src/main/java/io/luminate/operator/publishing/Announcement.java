// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.publishing;

import io.luminate.operator.document.PodAnswer;
import io.luminate.operator.document.PublishedDocument;

/**
 * A document as pods are told it: hashed and compressed once, as both take a while for a large one.
 */
final class Announcement {
  private final PodAnswer answer;
  private final byte[] gzip;

  Announcement(PublishedDocument document) {
    this.answer = new PodAnswer(document.version(), document.sha256());
    this.gzip = document.gzip();
  }

  /** What a pod says that goes by it. */
  PodAnswer answer() {
    return answer;
  }

  /** Not to be changed. */
  byte[] gzip() {
    return gzip;
  }
}

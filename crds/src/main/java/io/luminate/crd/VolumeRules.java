// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.crd;

/**
 * What may become of a volume, as rules of CEL on a cluster's spec. They stand there as a rule on
 * the field is not asked when the field, or all of its section, comes or goes.
 */
final class VolumeRules {
  private static final String NEW = "self.rocksdb.storage";
  private static final String OLD = "oldSelf.rocksdb.storage";
  private static final String IF_NEW = "has(self.rocksdb) && has(" + NEW + ") && has(" + NEW;
  private static final String IF_OLD = "has(oldSelf.rocksdb) && has(" + OLD + ") && has(" + OLD;

  private static final String OR_DEFAULT = ".size : '" + Defaults.VOLUME_SIZE + "'";
  private static final String NEW_SIZE = IF_NEW + ".size) ? " + NEW + OR_DEFAULT;
  private static final String OLD_SIZE = IF_OLD + ".size) ? " + OLD + OR_DEFAULT;

  /** No name of a class, unlike the empty text. */
  private static final String OR_NONE = ".storageClassName : '-'";

  private static final String NEW_CLASS = IF_NEW + ".storageClassName) ? " + NEW + OR_NONE;
  private static final String OLD_CLASS = IF_OLD + ".storageClassName) ? " + OLD + OR_NONE;

  static final String SIZE_ONLY_GROWS =
      "!isQuantity("
          + NEW_SIZE
          + ") || quantity("
          + NEW_SIZE
          + ").compareTo(quantity("
          + OLD_SIZE
          + ")) >= 0";

  static final String CLASS_STAYS = "(" + NEW_CLASS + ") == (" + OLD_CLASS + ")";

  private VolumeRules() {}
}

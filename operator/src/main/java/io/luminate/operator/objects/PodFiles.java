// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.operator.objects;

/** Where a server finds what is mounted into its pod, and under which keys that is kept. */
public final class PodFiles {
  /** Key of the limits document in the ConfigMap {@code <name>-limits}, as gzip. */
  public static final String LIMITS_KEY = "limits.json.gz";

  /**
   * Key of the number of servers that share the load, in the same ConfigMap; a server's own name.
   */
  public static final String REPLICAS_KEY = "replicas";

  /** Key of the token in the Secret {@code <name>-internal}. */
  public static final String TOKEN_KEY = "current";

  /** Key of the token before it, which is accepted too; a server's own name. */
  public static final String PREVIOUS_TOKEN_KEY = "previous";

  /** Key of the configuration in the ConfigMap {@code <name>}. */
  static final String CONFIG_KEY = "config.yaml";

  static final String CONFIG_FOLDER = "/etc/luminate/config";
  static final String LIMITS_FOLDER = "/etc/luminate/limits";
  static final String INTERNAL_FOLDER = "/etc/luminate/internal";
  static final String PUBLIC_KEY_FOLDER = "/etc/luminate/public-key";
  static final String CA_FOLDER = "/etc/luminate/clickhouse-ca";
  static final String VOLUME_FOLDER = "/var/lib/luminate";
  static final String TMP_FOLDER = "/tmp";

  /** Keys of a person's Secrets are mounted under names of ours. */
  static final String PUBLIC_KEY_FILE = "public-key.pem";

  static final String CA_FILE = "ca.pem";

  static final String CONFIG = CONFIG_FOLDER + "/" + CONFIG_KEY;
  static final String LIMITS = LIMITS_FOLDER + "/" + LIMITS_KEY;
  static final String TOKEN = INTERNAL_FOLDER + "/" + TOKEN_KEY;
  static final String PUBLIC_KEY = PUBLIC_KEY_FOLDER + "/" + PUBLIC_KEY_FILE;
  static final String CA = CA_FOLDER + "/" + CA_FILE;

  /** A folder in the volume, as its root may have a {@code lost+found} of its own. */
  static final String DATA = VOLUME_FOLDER + "/data";

  private PodFiles() {}
}

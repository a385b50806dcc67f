// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.clickhouse.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The two files that a server is configured with. They are complete: nothing of a distribution's
 * own configuration is read beside them.
 *
 * @param diskBytesMax what its tables may take, 0 for all that there is
 * @param listen the interface and ports that the server itself sees; in a container not those that
 *     the tests use
 * @param shards all of the cluster, this one included, as {@code host:port} of the native protocol;
 *     empty for a server that stands alone
 * @param shard the number of this one, from 1
 * @param secret by which the shards know each other
 * @param hostUser whether the process that hosts the engine has to log in: as {@code default},
 *     without a password, which then may open the ports and do nothing else
 */
record ServerConfig(
    ServerFolder folder,
    long memoryBytesMax,
    long diskBytesMax,
    Listen listen,
    List<String> shards,
    int shard,
    String secret,
    boolean hostUser) {

  record Listen(String host, int httpPort, int tcpPort) {}

  ServerConfig {
    shards = List.copyOf(shards);
  }

  String configXml() {
    return """
        <clickhouse>
          <path>%1$s/</path>
          <tmp_path>%1$s/tmp/</tmp_path>
          <user_files_path>%1$s/user_files/</user_files_path>
          <format_schema_path>%1$s/format_schemas/</format_schema_path>
          <users_config>%2$s</users_config>
          <user_directories>
            <users_xml><path>%2$s</path></users_xml>
          </user_directories>
          <history_file>%1$s/history</history_file>
          <logger>
            <level>warning</level>
            <console>false</console>
            <log>%3$s</log>
            <size>16M</size>
            <count>2</count>
          </logger>
          <listen_host>%4$s</listen_host>
          <http_port>%5$d</http_port>
          <tcp_port>%6$d</tcp_port>
          <timezone>UTC</timezone>
          <!-- Longer than any client keeps a connection: closing it is the client's business. -->
          <keep_alive_timeout>600</keep_alive_timeout>
        %7$s%8$s%9$s</clickhouse>
        """
        .formatted(
            xml(folder.data().toString()),
            xml(folder.users().toString()),
            xml(folder.log().toString()),
            listen.host(),
            listen.httpPort(),
            listen.tcpPort(),
            sizes(),
            LOGS,
            shards.isEmpty() ? "" : cluster());
  }

  /** For two cores that a build needs too. */
  private String sizes() {
    return """
          <max_server_memory_usage>%d</max_server_memory_usage>
          <mark_cache_size>67108864</mark_cache_size>
          <index_mark_cache_size>33554432</index_mark_cache_size>
          <primary_index_cache_size>67108864</primary_index_cache_size>
          <compiled_expression_cache_size>33554432</compiled_expression_cache_size>
          <background_pool_size>2</background_pool_size>
          <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
          <background_schedule_pool_size>8</background_schedule_pool_size>
          <background_common_pool_size>2</background_common_pool_size>
          <background_move_pool_size>1</background_move_pool_size>
          <background_fetches_pool_size>1</background_fetches_pool_size>
          <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
          <background_distributed_schedule_pool_size>2</background_distributed_schedule_pool_size>
          <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
          <!-- Their defaults leave a pool of four to merges alone: no mutation would ever run. -->
          <merge_tree>
            <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
            <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
            <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
          </merge_tree>
        """
        .formatted(memoryBytesMax);
  }

  /** Who asks for their rows has them flushed: merging what is written each second costs more. */
  private static final String LOGS =
      """
          <query_log>
            <database>system</database>
            <table>query_log</table>
            <flush_interval_milliseconds>60000</flush_interval_milliseconds>
            <ttl>event_date + INTERVAL 1 DAY DELETE</ttl>
          </query_log>
          <part_log>
            <database>system</database>
            <table>part_log</table>
            <flush_interval_milliseconds>60000</flush_interval_milliseconds>
            <ttl>event_date + INTERVAL 1 DAY DELETE</ttl>
          </part_log>
        """;

  private String cluster() {
    String all = shards.stream().map(ServerConfig::shardXml).collect(Collectors.joining());
    return """
          <remote_servers>
            <%1$s>
              <secret>%2$s</secret>
        %3$s    </%1$s>
          </remote_servers>
          <macros>
            <cluster>%1$s</cluster>
            <shard>%4$d</shard>
            <replica>1</replica>
          </macros>
        """
        .formatted(ClickHouseCluster.NAME, secret, all, shard);
  }

  private static String shardXml(String address) {
    int colon = address.lastIndexOf(':');
    return """
              <shard>
                <internal_replication>true</internal_replication>
                <replica><host>%s</host><port>%s</port></replica>
              </shard>
        """
        .formatted(address.substring(0, colon), address.substring(colon + 1));
  }

  String usersXml() {
    return """
        <clickhouse>
          <profiles>
            <!-- Off, as on any server: the embedded engine has them on. -->
            <default>
              <implicit_select>0</implicit_select>
              <allow_introspection_functions>0</allow_introspection_functions>
            </default>
            <readonly><readonly>2</readonly></readonly>
          </profiles>
          <quotas><default/></quotas>
          <users>
        %s%s%s%s  </users>
        </clickhouse>
        """
        .formatted(
            hostUser ? HOST_USER : "",
            userXml(ClickHouseUser.ADMIN, "default", "<access_management>1</access_management>"),
            userXml(ClickHouseUser.LUMINATE, "default", ""),
            userXml(
                ClickHouseUser.READER,
                "readonly",
                "<grants><query>GRANT SHOW, SELECT ON *.*</query></grants>"));
  }

  private static final String HOST_USER =
      """
            <default>
              <password/>
              <networks><ip>127.0.0.1</ip></networks>
              <profile>default</profile>
              <quota>default</quota>
              <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
            </default>
      """;

  private String userXml(String name, String profile, String rights) {
    return """
            <%1$s>
              <password_sha256_hex>%2$s</password_sha256_hex>
              <networks><ip>::/0</ip></networks>
              <profile>%3$s</profile>
              <quota>default</quota>
              %4$s
            </%1$s>
        """
        .formatted(name, sha256(folder.user(name).password()), profile, rights);
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

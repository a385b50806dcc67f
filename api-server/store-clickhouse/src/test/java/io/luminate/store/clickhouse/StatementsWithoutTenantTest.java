// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That {@link TenantConditions} finds what it is there for. */
class StatementsWithoutTenantTest {
  private static final Set<String> TABLES = Set.of("points", "ledger", "slots", "retention");

  private final TenantConditions sent =
      new TenantConditions(TABLES, List.of("db"), TenantConditions.PARAMETER);
  private final TenantConditions logged = new TenantConditions(TABLES, List.of("db"), "'acme'");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT used FROM `db`.ledger WHERE key = {key:String}",
        "SELECT keys FROM `db`.slots WHERE metric = {metric:String} AND tenant = {tenant:String}",
        "SELECT count() FROM `db`.points",
        "SELECT count() FROM `db`.points WHERE tenant = 'acme' AND metric = {p1:String}",
        "SELECT count() FROM `db`.points WHERE tenant = {p0:String} OR metric = {p1:String}",
        "SELECT count() FROM `db`.points WHERE tenant != ''",
        "SELECT tenant, metric, argMax(retention_millis, at) FROM `db`.retention",
        "SELECT k FROM `db`.points WHERE tenant = {p0:String} UNION ALL SELECT k FROM `db`.points",
        "SELECT k FROM `db`.points WHERE tenant = {p0:String} AND k IN (SELECT key FROM db.ledger)",
        "INSERT INTO `db`.slots (tenant) SELECT {t:String} WHERE (SELECT max(version) FROM `db`.slots) = 1",
        "ALTER TABLE `db`.points UPDATE _row_exists = 0 WHERE metric = {metric:String}"
      })
  void sentWithout_isFound(String statement) {
    assertThat(sent.without(List.of(statement))).containsExactly(statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT used FROM `db`.ledger WHERE tenant = {tenant:String} AND key = {key:String}",
        "SELECT metric FROM `db`.points PREWHERE tenant = {p0:String} GROUP BY metric",
        "SELECT tenant, metric, argMax(retention_millis, at) FROM `db`.retention GROUP BY tenant,"
            + " metric ORDER BY tenant, metric",
        "INSERT INTO `db`.points (tenant, value)",
        "SYSTEM STOP TTL MERGES `db`.points",
        "ALTER TABLE `db`.points MODIFY TTL toDateTime(timestamp)",
        "ALTER TABLE `db`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = 'm'"
      })
  void sentWith_isNot(String statement) {
    assertThat(sent.without(List.of(statement))).isEmpty();
  }

  @Test
  void loggedOfAnotherTenant_isFound() {
    String another = "SELECT count() FROM db.points WHERE (tenant = 'other') AND (metric = 'm')";
    String either =
        "SELECT count() FROM db.points WHERE ((tenant = 'acme') AND (a = 1)) OR (b = 1)";
    String own = "SELECT count() FROM db.points WHERE (tenant = 'acme') AND (metric = 'm')";
    String shard =
        "SELECT count() AS `c` FROM `db`.`points` AS `__table1` WHERE `__table1`.`tenant` = 'acme'";
    assertThat(logged.without(List.of(another, own, either, shard)))
        .containsExactly(another, either);
    assertThat(logged.read(List.of(own, shard))).containsExactly("points");
  }
}

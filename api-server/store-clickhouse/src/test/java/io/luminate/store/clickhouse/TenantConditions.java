// SPDX-FileCopyrightText: The Luminate Authors
// SPDX-License-Identifier: Apache-2.0
package io.luminate.store.clickhouse;

import io.luminate.clickhouse.testkit.ClickHouseServer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells which statements read rows of one tenant alone: wherever they name a table that has a
 * column {@code tenant}, the condition on it comes first, and what else there is after {@code AND}.
 * Those about several tenants are a closed list. Statements are as they were sent, or as ClickHouse
 * logs them, with values in place of parameters and parentheses of its own.
 */
final class TenantConditions {
  /** A value as ClickHouse logs it: somebody's name. */
  static final String ANY_VALUE = "'[A-Za-z0-9._-]+'";

  /** A value as it is sent. */
  static final String PARAMETER = "\\{[a-z0-9]+:String\\}";

  /** Statements about several tenants by their purpose; without parentheses and databases. */
  private enum OfSeveral {
    /** What the store holds as a whole, for scrapers and for the scope {@code cluster_admin}. */
    FIGURES(
        "SELECT tenant, metric, .* FROM points WHERE tenant != '' AND .* GROUP BY tenant, metric"
            + " ORDER BY of_metric DESC, tenant( ASC)?, metric( ASC)? LIMIT \\d+( SETTINGS .*)?"),

    /** Rows that mark inserts have no tenant, and nothing of anybody. */
    MARKS(
        "SELECT intDivtimestamp, 86400000 FROM points WHERE tenant = '' AND metric = ''"
            + " AND entity = '' AND series = .* AND timestamp .*"),

    /** Every process keeps to what was set for any tenant's metrics, as the one TTL does. */
    RETENTIONS(
        "SELECT tenant, metric, argMaxretention_millis, at FROM retention GROUP BY tenant, metric"
            + " ORDER BY tenant( ASC)?, metric( ASC)?"),

    /**
     * The names of metrics that other processes counted lately; of those it counts, one reads on.
     */
    CHANGED_COUNTS(
        "SELECT DISTINCT tenant, metric FROM cardinality WHERE process != .* AND at > now643 - .*"),

    /** Sketches of metrics that this process counts: those of many in one statement, each named. */
    COUNTS(
        "SELECT tenant, metric, day, epoch, argMaxsketch, at FROM cardinality"
            + " WHERE tenant, metric IN .* AND process (!=|=) .*"
            + " GROUP BY tenant, metric, day, process, epoch");

    private final Pattern statement;

    OfSeveral(String statement) {
      this.statement = Pattern.compile(statement);
    }

    private boolean is(String plain) {
      return statement.matcher(plain).matches();
    }
  }

  private final Set<String> tables;
  private final Pattern database;
  private final Pattern mention;
  private final Pattern target;
  private final Pattern condition;

  /**
   * @param databases with the store's tables, of which one is there
   * @param value a pattern of what the column is compared with
   */
  TenantConditions(ClickHouseServer server, Collection<String> databases, String value) {
    this(tablesWithTenant(server, databases), databases, value);
  }

  TenantConditions(Set<String> tables, Collection<String> databases, String value) {
    this.tables = tables;
    String anyDatabase = "(?:" + String.join("|", databases) + ")\\.";
    String table = anyDatabase + "(?:" + String.join("|", tables) + ")\\b";
    this.database = Pattern.compile(anyDatabase);
    this.mention = Pattern.compile(table);
    // Rows are written there; an alteration of the table itself reads none.
    this.target =
        Pattern.compile(
            "^(?:INSERT INTO|ALTER TABLE|SYSTEM \\w+ TTL MERGES) "
                + table
                + "(?! \\(?(?:UPDATE|DELETE))");
    this.condition =
        Pattern.compile(
            "(?:\\bFROM %1$s|^ALTER TABLE %1$s \\(?UPDATE _row_exists = 0) (?:PRE)?WHERE \\(?tenant = %2$s\\)?(?=$| AND | GROUP BY | ORDER BY | LIMIT |\\))"
                .formatted(table, value));
  }

  /** As ClickHouse has them, so that a new one is among them. */
  private static Set<String> tablesWithTenant(
      ClickHouseServer server, Collection<String> databases) {
    return new TreeSet<>(
        server.query(
            "SELECT DISTINCT table FROM system.columns WHERE name = 'tenant' AND database IN ("
                + quoted(databases)
                + ")"));
  }

  private static String quoted(Collection<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }

  /** The tables whose rows are somebody's. */
  Set<String> tables() {
    return tables;
  }

  /** What stores asked as ClickHouse logged it, of all that came to its end. */
  static List<String> logged(ClickHouseServer server, Collection<String> databases) {
    return logged(server, databases, "1970-01-01 00:00:00");
  }

  /**
   * @param since when they began, by ClickHouse's clock
   */
  static List<String> logged(ClickHouseServer server, Collection<String> databases, String since) {
    server.execute("SYSTEM FLUSH LOGS query_log");
    return server
        .query(
            "SELECT DISTINCT query FROM system.query_log WHERE type = 'QueryFinish'"
                + " AND query_kind IN ('Select', 'Insert', 'Alter', 'Delete', 'Update')"
                + " AND current_database IN ("
                + quoted(databases)
                + ") AND query_start_time_microseconds >= '"
                + since
                + "'")
        .stream()
        .map(TenantConditions::unescaped)
        .toList();
  }

  private static String unescaped(String query) {
    return query.replace("\\n", " ").replace("\\'", "'");
  }

  /** What other servers of a cluster asked this one for, as it logged it. */
  static List<String> loggedForOthers(
      ClickHouseServer server, Collection<String> databases, String since) {
    server.execute("SYSTEM FLUSH LOGS query_log");
    return server
        .query(
            "SELECT DISTINCT query FROM system.query_log WHERE type = 'QueryFinish'"
                + " AND query_kind = 'Select' AND NOT is_initial_query AND hasAny(databases, ["
                + quoted(databases)
                + "]) AND query_start_time_microseconds >= '"
                + since
                + "'")
        .stream()
        .map(TenantConditions::unescaped)
        .toList();
  }

  /** Those that read rows and do not say whose, and are not on the list. */
  List<String> without(List<String> statements) {
    return statements.stream().filter(this::isWithout).toList();
  }

  private boolean isWithout(String statement) {
    String plain = plain(statement);
    long named = count(mention, plain) - count(target, plain);
    return named != count(condition, plain) && !(named == 1 && isOfSeveral(plain));
  }

  private static String plain(String statement) {
    return statement
        .replace("`", "")
        .replaceAll("\\s+", " ")
        // What ClickHouse makes of a statement for another server has an alias of each table.
        .replaceAll("\\b__table\\d+\\.", "")
        .replaceAll(" AS __table\\d+\\b", "")
        .strip();
  }

  private static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }

  private boolean isOfSeveral(String plain) {
    String bare = database.matcher(plain).replaceAll("").replaceAll("[()]", "");
    return Arrays.stream(OfSeveral.values()).anyMatch(purpose -> purpose.is(bare));
  }

  /** The tables of which one of the statements reads rows under the condition. */
  Set<String> read(List<String> statements) {
    Set<String> read = new TreeSet<>();
    for (String statement : statements) {
      condition
          .matcher(plain(statement))
          .results()
          .map(found -> found.group().replaceFirst(".*\\.(\\w+) .*WHERE.*", "$1"))
          .forEach(read::add);
    }
    return read;
  }
}

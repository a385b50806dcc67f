CREATE DATABASE IF NOT EXISTS `luminate` ON CLUSTER `east`;

CREATE TABLE IF NOT EXISTS `luminate`.schema ON CLUSTER `east`
(
  fact LowCardinality(String),
  version UInt64,
  value String,
  at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/east/luminate/schema/all', '{shard}-{replica}')
ORDER BY (fact, version)
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.points_local ON CLUSTER `east`
(
  tenant LowCardinality(String),
  metric LowCardinality(String),
  entity String CODEC(LZ4),
  series UInt128 CODEC(LZ4),
  timestamp Int64 CODEC(T64, LZ4),
  value Float64 CODEC(LZ4),
  s01 String CODEC(LZ4),
  s02 String CODEC(LZ4),
  s03 String CODEC(LZ4),
  s04 String CODEC(LZ4),
  s05 String CODEC(LZ4),
  s06 String CODEC(LZ4),
  s07 String CODEC(LZ4),
  s08 String CODEC(LZ4),
  s09 String CODEC(LZ4),
  s10 String CODEC(LZ4),
  s11 String CODEC(LZ4),
  s12 String CODEC(LZ4),
  s13 String CODEC(LZ4),
  s14 String CODEC(LZ4),
  s15 String CODEC(LZ4),
  s16 String CODEC(LZ4),
  s17 String CODEC(LZ4),
  s18 String CODEC(LZ4),
  s19 String CODEC(LZ4),
  s20 String CODEC(LZ4),
  rest Map(String, String) CODEC(ZSTD(1)),
  overflow Bool CODEC(LZ4),
  INDEX has_overflow overflow TYPE minmax GRANULARITY 64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/east/luminate/points/{shard}', '{replica}')
PARTITION BY toYYYYMMDD(fromUnixTimestamp64Milli(timestamp, 'UTC'))
ORDER BY (tenant, metric, entity, series, timestamp)
SETTINGS index_granularity = 4096, merge_selector_base = 12, materialize_ttl_recalculate_only = 1, auto_statistics_types = '', replicated_deduplication_window = 200000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.points ON CLUSTER `east`
AS `luminate`.points_local
ENGINE = Distributed('east', 'luminate', 'points_local', if(entity = '', cityHash64(tenant, series), cityHash64(tenant, entity)));

CREATE TABLE IF NOT EXISTS `luminate`.ledger_local ON CLUSTER `east`
(
  tenant LowCardinality(String),
  key String,
  done Bool,
  body UInt128,
  accepted String,
  receipt String,
  used Int64,
  nonce Int64,
  recorded DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/east/luminate/ledger/{shard}', '{replica}')
ORDER BY (tenant, key)
TTL toDateTime(recorded) + INTERVAL 2 DAY
SETTINGS replicated_deduplication_window = 200000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.ledger ON CLUSTER `east`
AS `luminate`.ledger_local
ENGINE = Distributed('east', 'luminate', 'ledger_local', cityHash64(tenant, key));

CREATE TABLE IF NOT EXISTS `luminate`.slots ON CLUSTER `east`
(
  tenant LowCardinality(String),
  metric String,
  version UInt8,
  keys Array(String)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/slots/all', '{shard}-{replica}', version)
ORDER BY (tenant, metric)
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.retention ON CLUSTER `east`
(
  tenant LowCardinality(String),
  metric String,
  retention_millis Int64,
  at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/retention/all', '{shard}-{replica}', at)
ORDER BY (tenant, metric)
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.cardinality ON CLUSTER `east`
(
  tenant LowCardinality(String),
  metric String,
  day Int64,
  process String,
  epoch Int64,
  expires Int64,
  sketch String CODEC(NONE),
  at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/cardinality/all', '{shard}-{replica}', at)
ORDER BY (tenant, metric, day, process, epoch)
TTL toDateTime(toUInt32(expires), 'UTC')
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.operations ON CLUSTER `east`
(
  tenant LowCardinality(String),
  operation String,
  metric String,
  before_millis Int64,
  filters String,
  requested_millis Int64,
  points Int64,
  done_millis Int64,
  at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/operations/all', '{shard}-{replica}', at)
ORDER BY (tenant, operation)
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.reads ON CLUSTER `east`
(
  tenant LowCardinality(String),
  metric String,
  at_millis Int64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/reads/all', '{shard}-{replica}', at_millis)
ORDER BY (tenant, metric)
TTL toDateTime(toUInt32(intDiv(at_millis, 1000)), 'UTC') + INTERVAL 400 DAY
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

CREATE TABLE IF NOT EXISTS `luminate`.counts ON CLUSTER `east`
(
  version UInt64,
  process String,
  basis String,
  cost_millis Int64,
  counts String CODEC(ZSTD(1)),
  at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/east/luminate/counts/all', '{shard}-{replica}', at)
ORDER BY (version)
TTL toDateTime(at) + INTERVAL 1 DAY
SETTINGS replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 90000;

ALTER TABLE `luminate`.points_local ON CLUSTER `east` ADD COLUMN IF NOT EXISTS overflow Bool CODEC(LZ4), MODIFY COLUMN series UInt128 CODEC(LZ4), MODIFY COLUMN value Float64 CODEC(LZ4), ADD INDEX IF NOT EXISTS has_overflow overflow TYPE minmax GRANULARITY 64;

ALTER TABLE `luminate`.points ON CLUSTER `east` ADD COLUMN IF NOT EXISTS overflow Bool CODEC(LZ4);

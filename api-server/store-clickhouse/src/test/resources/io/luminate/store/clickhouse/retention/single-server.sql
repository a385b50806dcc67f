ALTER TABLE `luminate`.points MODIFY SETTING max_number_of_merges_with_ttl_in_pool = 0;

SYSTEM STOP TTL MERGES `luminate`.points;

ALTER TABLE `luminate`.points MODIFY TTL toDateTime(toUInt32(least(4294967295, intDiv(timestamp, 86400000) * 86400 + 2682000)), 'UTC')
-- with materialize_ttl_after_modify=0, max_query_size=1048576;

ALTER TABLE `luminate`.points MATERIALIZE TTL
-- with mutations_sync=0;

SYSTEM START TTL MERGES `luminate`.points;

ALTER TABLE `luminate`.points RESET SETTING max_number_of_merges_with_ttl_in_pool;

ALTER TABLE `luminate`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = {metric:String} AND timestamp < {before:Int64} AND 'delete-1 of acme' != ''
-- with mutations_sync=0;

ALTER TABLE `luminate`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = {metric:String} AND timestamp < {before:Int64} AND s02 IN {values0:Array(String)} AND 'delete-1 of acme' != ''
-- with mutations_sync=0;

ALTER TABLE `luminate`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = {metric:String} AND timestamp < {before:Int64} AND s03 = '' AND s04 = '' AND s05 = '' AND s06 = '' AND s07 = '' AND s08 = '' AND s09 = '' AND s10 = '' AND s11 = '' AND s12 = '' AND s13 = '' AND s14 = '' AND s15 = '' AND s16 = '' AND s17 = '' AND s18 = '' AND s19 = '' AND s20 = '' AND rest[{key0:String}] = '' AND 'delete-1 of acme' != ''
-- with mutations_sync=0;

ALTER TABLE `luminate`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = {metric:String} AND timestamp < {before:Int64} AND false AND 'delete-1 of acme' != ''
-- with mutations_sync=0;

ALTER TABLE `luminate`.points UPDATE _row_exists = 0 WHERE tenant = {tenant:String} AND metric = {metric:String} AND timestamp < {before:Int64} AND rest[{key0:String}] IN {values0:Array(String)} AND 'delete-1 of acme' != ''
-- with mutations_sync=0;

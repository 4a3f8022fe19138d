-- SPDX-License-Identifier: MIT
-- Queries of dojangctl doctor. Accounts query their own rights.

-- A SHOW instead of @@name, because names that one of the servers does not have are then left out.
-- name: doctor_variables
SHOW GLOBAL VARIABLES WHERE Variable_name IN ('binlog_expire_logs_seconds', 'binlog_format', 'expire_logs_days',
  'innodb_doublewrite', 'innodb_flush_log_at_trx_commit', 'log_bin', 'log_slave_updates', 'sync_binlog', 'version',
  'wsrep_dirty_reads', 'wsrep_on', 'wsrep_sync_wait');

-- name: doctor_status
SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_ready');

-- name: doctor_schema
SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE();

-- name: doctor_tables
SELECT TABLE_NAME FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND (ENGINE <> 'InnoDB' OR TABLE_COLLATION NOT LIKE 'utf8mb4%')
UNION SELECT TABLE_NAME FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE() AND CHARACTER_SET_NAME NOT IN ('utf8mb4', 'ascii') ORDER BY TABLE_NAME;

-- name: doctor_clock
SELECT UTC_TIMESTAMP() AS server_time;

-- name: doctor_zones
SELECT DISTINCT time_zone FROM events ORDER BY time_zone;

-- By the name of its key: version and key id (SEAL_NAME bytes).
-- name: doctor_sealed
SELECT sealed.name, COUNT(*) AS total FROM (
  SELECT LEFT(sealed, 5) AS name FROM claim_addresses
  UNION ALL SELECT LEFT(secret, 5) FROM webhook_endpoints
  UNION ALL SELECT LEFT(second_secret, 5) FROM webhook_endpoints WHERE second_secret IS NOT NULL
) AS sealed GROUP BY sealed.name;

-- name: doctor_webhook_secrets
SELECT id, secret FROM webhook_endpoints
UNION ALL SELECT id, second_secret FROM webhook_endpoints WHERE second_secret IS NOT NULL;

-- fragment: own_rights
GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')

-- The right itself, on everything, the database, the table or the column.
-- name: doctor_may
SELECT 1 AS found FROM information_schema.USER_PRIVILEGES
WHERE {{own_rights}} AND PRIVILEGE_TYPE = ?
UNION ALL SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES
WHERE {{own_rights}} AND DATABASE() LIKE TABLE_SCHEMA AND PRIVILEGE_TYPE = ?
UNION ALL SELECT 1 FROM information_schema.TABLE_PRIVILEGES
WHERE {{own_rights}} AND TABLE_SCHEMA = DATABASE() AND PRIVILEGE_TYPE = ? AND TABLE_NAME = ?
UNION ALL SELECT 1 FROM information_schema.COLUMN_PRIVILEGES
WHERE {{own_rights}} AND TABLE_SCHEMA = DATABASE() AND PRIVILEGE_TYPE = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?;

-- Rights that no program needs.
-- name: doctor_excess
SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
WHERE {{own_rights}} AND PRIVILEGE_TYPE <> 'USAGE'
UNION ALL SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
WHERE {{own_rights}} AND DATABASE() LIKE TABLE_SCHEMA;

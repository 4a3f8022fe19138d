-- SPDX-License-Identifier: MIT
-- Bookkeeping of migrations. Leases use the database's clock only, since clocks of hosts may
-- differ.

-- name: migration_table
CREATE TABLE IF NOT EXISTS migrations (
  number INT UNSIGNED NOT NULL,
  name VARCHAR(100) NOT NULL,
  started_at DATETIME NOT NULL,
  done_at DATETIME NULL,
  PRIMARY KEY (number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- renewals makes each renewal change the row; otherwise a second one within the same second would
-- count as no change.
-- name: migration_lock_table
CREATE TABLE IF NOT EXISTS migration_lock (
  id TINYINT UNSIGNED NOT NULL,
  owner VARCHAR(190) NULL,
  leased_until DATETIME NOT NULL,
  renewals INT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- name: migration_list
SELECT number, name, started_at, done_at FROM migrations ORDER BY number;

-- name: migration_start
INSERT INTO migrations (number, name, started_at) VALUES (?, ?, UTC_TIMESTAMP());

-- name: migration_done
UPDATE migrations SET done_at = UTC_TIMESTAMP() WHERE number = ? AND done_at IS NULL;

-- name: migration_lock_row
INSERT INTO migration_lock (id, leased_until) VALUES (1, UTC_TIMESTAMP());

-- name: migration_lock_take
UPDATE migration_lock SET owner = ?, leased_until = UTC_TIMESTAMP() + INTERVAL ? SECOND, renewals = renewals + 1
WHERE id = 1 AND (owner IS NULL OR owner = ? OR leased_until < UTC_TIMESTAMP());

-- name: migration_lock_release
UPDATE migration_lock SET owner = NULL WHERE id = 1 AND owner = ?;

-- name: migration_lock_owner
SELECT COALESCE(owner, '') AS owner FROM migration_lock WHERE id = 1;

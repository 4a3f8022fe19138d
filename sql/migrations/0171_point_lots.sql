-- SPDX-License-Identifier: MIT
-- Granted points that expire. What a balance has beyond its lots never expires and is spent last: the previous release and all grants
-- without an expiry write no lots.
CREATE TABLE point_lots (
  entry_id BIGINT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  expires_at DATETIME NOT NULL,
  expiries SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  is_announced TINYINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (entry_id),
  KEY point_lots_user (user_id, expires_at),
  KEY point_lots_announced (is_announced, expires_at),
  CONSTRAINT point_lots_remaining CHECK (remaining BETWEEN 0 AND amount)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

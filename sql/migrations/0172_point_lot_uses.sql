-- SPDX-License-Identifier: MIT
-- What each ledger entry took from a lot; below zero: what it gave back.
CREATE TABLE point_lot_uses (
  entry_id BIGINT UNSIGNED NOT NULL,
  lot_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (entry_id, lot_id),
  KEY point_lot_uses_lot (lot_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- The append-only points ledger. The customer's row is locked before any of these.

-- name: points_insert
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: points_set_balance
UPDATE users SET points = ? WHERE id = ?

-- name: points_list
SELECT id, amount, balance, reason, at FROM point_entries WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?

-- SPDX-License-Identifier: MIT
-- The append-only points ledger. The customer's row is locked before any of these.

-- name: points_insert
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)

-- When the balance has the amount already. INSERT … SELECT would lock the whole table for its id
-- (MariaDB's innodb_autoinc_lock_mode=1).
-- name: points_note
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
VALUES (?, ?, (SELECT points FROM users WHERE id = ?), ?, ?, ?, ?)

-- For a batch of claims: first the balances, then an entry for each.
-- name: points_add_many
UPDATE users SET points = points + ? WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- name: points_note_claims
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
SELECT c.user_id, c.points, u.points, 'claim', CAST(c.id AS CHAR), c.product_name, c.claimed_at
FROM claims c JOIN users u ON u.id = c.user_id WHERE c.id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- Grants of one kind: first the balances, then an entry for each. r is a JSON array with the
-- customer u, the amount a and the reference r.
-- name: points_grant_many
UPDATE users SET points = points + CAST(ELT(FIELD(id, ?, ?, ?, ?, ?, ?, ?, ?), ?, ?, ?, ?, ?, ?, ?, ?) AS SIGNED) WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- name: points_note_many
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
SELECT u.id, r.amount, u.points, ?, r.reference, ?, ?
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$.u', amount BIGINT PATH '$.a', reference VARCHAR(190) PATH '$.r')) r
  JOIN users u ON u.id = r.user_id

-- name: points_set_balance
UPDATE users SET points = ? WHERE id = ?

-- name: points_list
SELECT id, amount, balance, source, reference, reason, at FROM point_entries WHERE user_id = ? AND id < ? ORDER BY id DESC LIMIT ?

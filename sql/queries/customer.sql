-- SPDX-License-Identifier: MIT
-- Customers and their issuers.

-- name: issuer_find
SELECT id FROM issuers WHERE iss = ?

-- name: issuer_insert
INSERT INTO issuers (iss) VALUES (?)

-- name: customer_find
SELECT u.id, u.username, u.state = 'active' AS is_active, {{balance}} AS points, u.points AS ledger, u.expires_at IS NOT NULL AS has_lots
FROM users u WHERE u.issuer_id = ? AND u.subject = ?

-- name: customer_insert
INSERT INTO users (issuer_id, subject, username, created_at) VALUES (?, ?, ?, ?)

-- A customer who was just erased does not get a name again.
-- name: customer_rename
UPDATE users SET username = ? WHERE id = ? AND state = 'active'

-- name: customer_lock
SELECT state = 'active' AS is_active, points, expires_at FROM users WHERE id = ? FOR UPDATE

-- name: customer_is_staff
SELECT 1 AS found FROM excluded_users WHERE user_id = ?
UNION ALL SELECT 1 FROM users u JOIN issuers i ON i.id = u.issuer_id
  JOIN staff s ON s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active' WHERE u.id = ?

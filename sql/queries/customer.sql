-- SPDX-License-Identifier: MIT
-- Customers and their issuers.

-- name: issuer_find
SELECT id FROM issuers WHERE iss = ?

-- name: issuer_insert
INSERT INTO issuers (iss) VALUES (?)

-- name: customer_find
SELECT id, username, state = 'active' AS is_active, points FROM users WHERE issuer_id = ? AND subject = ?

-- name: customer_insert
INSERT INTO users (issuer_id, subject, username, created_at) VALUES (?, ?, ?, ?)

-- A customer who was just erased does not get a name again.
-- name: customer_rename
UPDATE users SET username = ? WHERE id = ? AND state = 'active'

-- name: customer_lock
SELECT state = 'active' AS is_active, points FROM users WHERE id = ? FOR UPDATE

-- name: customer_is_staff
SELECT 1 AS found FROM excluded_users WHERE user_id = ?
UNION ALL SELECT 1 FROM users u JOIN issuers i ON i.id = u.issuer_id
  JOIN staff s ON s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active' WHERE u.id = ?

-- SPDX-License-Identifier: MIT
-- Customers as staff see them, and corrections by staff.

-- columns: console_customer_row
u.id, u.username, u.subject, u.state, {{balance}} AS points, u.created_at

-- name: console_customers
SELECT {{console_customer_row}} FROM users u WHERE u.id < ? ORDER BY u.id DESC LIMIT ?;

-- Sorted lists read their index twice, for the remaining equal keys and for the keys after them.
-- Neither reads more rows than it shows.
-- name: console_customers_of_name
(SELECT {{console_customer_row}} FROM users u FORCE INDEX (users_username)
  WHERE u.username LIKE ? AND u.username = ? AND u.id > ? ORDER BY u.id LIMIT ?)
UNION ALL
(SELECT {{console_customer_row}} FROM users u FORCE INDEX (users_username)
  WHERE u.username LIKE ? AND u.username > ? ORDER BY u.username, u.id LIMIT ?)
ORDER BY username, id LIMIT ?;

-- name: console_customers_of_subject
SELECT {{console_customer_row}} FROM issuers i JOIN users u ON u.issuer_id = i.id AND u.subject = ?
WHERE u.id < ? ORDER BY u.id DESC LIMIT ?;

-- name: console_customer
SELECT {{console_customer_row}}, i.iss, u.points AS ledger, u.expires_at IS NOT NULL AS has_lots FROM users u JOIN issuers i ON i.id = u.issuer_id WHERE u.id = ?;

-- name: console_customer_lock
SELECT points, expires_at FROM users WHERE id = ? FOR UPDATE;

-- The events of the customer: one primary key lookup for each existing event.
-- name: console_customer_events
SELECT e.id, e.slug, e.name, (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = ?)
  + (SELECT COUNT(*) FROM attendance_archive a WHERE a.event_id = e.id AND a.user_id = ?) AS days
FROM events e WHERE e.state = 'open' HAVING days > 0 ORDER BY e.starts_on DESC, e.id DESC LIMIT 50;

-- name: console_customer_days
SELECT date, source, at FROM attendance WHERE event_id = ? AND user_id = ? AND date BETWEEN ? AND ?
UNION ALL SELECT date, source, at FROM attendance_archive WHERE event_id = ? AND user_id = ? AND date BETWEEN ? AND ? ORDER BY date;

-- name: console_customer_claims
SELECT c.id, c.product_name, c.kind, e.name, c.state, c.claimed_at, e.slug
FROM claims c STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = c.event_id WHERE c.user_id = ? ORDER BY c.id DESC LIMIT 100;

-- name: console_customer_entries
SELECT id, at, amount, balance, source, reason, internal_note FROM point_entries
WHERE user_id = ? AND (? IS NULL OR source = ?) AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_day_add
INSERT INTO attendance (event_id, user_id, date, at, source) VALUES (?, ?, ?, ?, 'staff');

-- name: console_day_remove
DELETE FROM attendance WHERE event_id = ? AND user_id = ? AND date = ?;

-- name: console_day_claimed
SELECT {{milestone_basis}} AS basis, m.at, m.earned_from FROM claims c JOIN milestones m ON m.id = c.milestone_id JOIN events e ON e.id = m.event_id
WHERE c.event_id = ? AND c.user_id = ? AND c.state <> 'cancelled';

-- name: console_points_insert
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, internal_note, at) VALUES (?, ?, ?, 'staff', ?, ?, ?, ?);

-- name: console_points_balance
UPDATE users SET points = ? WHERE id = ?;

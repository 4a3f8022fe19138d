-- SPDX-License-Identifier: MIT
-- Excluded customers: blocked ones from everything, staff of the shop from events that exclude
-- them.

-- The customer's row is locked before any of these.
-- name: block_state
SELECT state FROM users WHERE id = ? FOR UPDATE;

-- name: block_set
UPDATE users SET state = ? WHERE id = ? AND state <> 'removed';

-- name: block_exclude
INSERT INTO excluded_users (user_id, at) VALUES (?, ?);

-- name: block_include
DELETE FROM excluded_users WHERE user_id = ?;

-- Why a customer is blocked, and whether they are staff of the shop.
-- name: block_notes
SELECT (SELECT a.after_change FROM audit_entries a WHERE a.subject = 'user' AND a.subject_id = u.id AND a.action = 'user.block' ORDER BY a.id DESC LIMIT 1) AS after_change,
  EXISTS (SELECT 1 FROM excluded_users x WHERE x.user_id = u.id) AS is_excluded
FROM users u WHERE u.id = ?;

-- name: block_excluded_list
SELECT x.user_id, u.subject, i.iss, x.at FROM excluded_users x JOIN users u ON u.id = x.user_id JOIN issuers i ON i.id = u.issuer_id ORDER BY x.user_id;

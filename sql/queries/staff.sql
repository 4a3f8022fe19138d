-- SPDX-License-Identifier: MIT
-- Staff: accounts, sessions, failed sign-ins, used forms.

-- name: staff_find_password
SELECT id, password, state = 'active' AS is_active FROM staff WHERE email = ?;

-- name: staff_session_insert
INSERT INTO staff_sessions (token_hash, staff_id, created_at, seen_at) VALUES (?, ?, ?, ?);

-- name: staff_session_find
SELECT s.id, s.seen_at, t.id AS staff_id, t.email, t.name, t.role, t.language,
  (SELECT COUNT(*) FROM (SELECT 1 FROM outbox_messages WHERE state = 'dead' LIMIT 1000) dead) AS dead_letters
FROM staff_sessions s JOIN staff t ON t.id = s.staff_id
WHERE s.token_hash = ? AND t.state = 'active' AND s.created_at > ? AND s.seen_at > ?;

-- name: staff_session_touch
UPDATE staff_sessions SET seen_at = ? WHERE id = ?;

-- name: staff_session_staff
SELECT staff_id FROM staff_sessions WHERE token_hash = ?;

-- name: staff_session_end
DELETE FROM staff_sessions WHERE token_hash = ?;

-- name: staff_sessions_end
DELETE FROM staff_sessions WHERE staff_id = ?;

-- name: staff_sessions_forget
DELETE FROM staff_sessions WHERE created_at < ? LIMIT 1000;

-- name: staff_language
UPDATE staff SET language = ? WHERE id = ?;

-- name: sign_in_failures_find
SELECT failures, last_at FROM sign_in_failures WHERE kind = ? AND hash = ? FOR UPDATE;

-- Locks the row, whether it was there or not.
-- name: sign_in_failures_create
INSERT INTO sign_in_failures (kind, hash, failures, last_at) VALUES (?, ?, 0, ?) ON DUPLICATE KEY UPDATE failures = failures;

-- name: sign_in_failures_set
UPDATE sign_in_failures SET staff_id = ?, failures = ?, last_at = ? WHERE kind = ? AND hash = ?;

-- name: sign_in_failures_undo
UPDATE sign_in_failures SET failures = failures - 1, last_at = CASE WHEN last_at = ? THEN ? ELSE last_at END WHERE kind = ? AND hash = ? AND failures > 0;

-- name: sign_in_failures_clear
DELETE FROM sign_in_failures WHERE kind = ? AND hash = ?;

-- name: sign_in_failures_unlock
DELETE FROM sign_in_failures WHERE staff_id = ?;

-- name: sign_in_failures_forget
DELETE FROM sign_in_failures WHERE last_at < ? LIMIT 1000;

-- name: form_use_insert
INSERT INTO form_uses (id, used_at) VALUES (?, ?);

-- name: form_uses_forget
DELETE FROM form_uses WHERE used_at < ? LIMIT 1000;

-- name: staff_insert
INSERT INTO staff (email, name, role, password, created_at) VALUES (?, ?, ?, ?, ?);

-- name: staff_find
SELECT id, email, name, role, state, version FROM staff WHERE id = ? FOR UPDATE;

-- name: staff_of_email
SELECT id FROM staff WHERE email = ?;

-- name: staff_update
UPDATE staff SET name = ?, role = ?, state = ?, version = version + 1 WHERE id = ?;

-- name: staff_set_password
UPDATE staff SET password = ?, version = version + 1 WHERE id = ?;

-- name: staff_lock_owners
SELECT id FROM staff WHERE role = 'owner' AND state = 'active' ORDER BY id FOR UPDATE;

-- name: staff_of_openid
SELECT id, role, state = 'active' AS is_active FROM staff WHERE openid_issuer = ? AND openid_subject = ? FOR UPDATE;

-- name: staff_set_role
UPDATE staff SET role = ?, version = version + 1 WHERE id = ?;

-- name: staff_link
UPDATE staff SET openid_issuer = ?, openid_subject = ?, version = version + 1 WHERE id = ?;

-- name: staff_openid
SELECT openid_issuer, openid_subject, password IS NOT NULL AS has_password, name FROM staff WHERE id = ?;

-- name: staff_list
SELECT id, email, name, role, state, created_at, openid_subject IS NOT NULL AS has_openid FROM staff ORDER BY id;

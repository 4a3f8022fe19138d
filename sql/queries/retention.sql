-- SPDX-License-Identifier: MIT
-- What is kept for some time only: how much of it is due, and its end in small pieces. Each gets one time: what is older goes.

-- name: retention_addresses_due
SELECT COUNT(*) FROM claim_addresses WHERE erase_at <= ?;

-- name: retention_addresses
DELETE FROM claim_addresses WHERE erase_at <= ? LIMIT 1000;

-- An event's end may have moved since: its day as it is now counts too, until it is over at UTC-12 (or until the last that can be written).
-- name: retention_removed_due
SELECT COUNT(*) FROM removed_subjects WHERE GREATEST(keep_until, COALESCE((SELECT TIMESTAMP(LEAST(MAX(e.ends_on), DATE '9999-12-29')) + INTERVAL 36 HOUR
  FROM removed_subject_events r JOIN events e ON e.id = r.event_id WHERE r.subject_hash = removed_subjects.subject_hash), keep_until)) <= ?;

-- name: retention_removed
DELETE FROM removed_subjects WHERE GREATEST(keep_until, COALESCE((SELECT TIMESTAMP(LEAST(MAX(e.ends_on), DATE '9999-12-29')) + INTERVAL 36 HOUR
  FROM removed_subject_events r JOIN events e ON e.id = r.event_id WHERE r.subject_hash = removed_subjects.subject_hash), keep_until)) <= ? LIMIT 1000;

-- name: retention_messages_due
SELECT COUNT(*) FROM outbox_messages WHERE state IN ('sent', 'discarded') AND done_at <= ?;

-- name: retention_messages
DELETE FROM outbox_messages WHERE state IN ('sent', 'discarded') AND done_at <= ? LIMIT 1000;

-- name: retention_attempts_due
SELECT COUNT(*) FROM webhook_attempts WHERE at <= ?;

-- name: retention_attempts
DELETE FROM webhook_attempts WHERE at <= ? LIMIT 1000;

-- name: retention_sessions_due
SELECT COUNT(*) FROM staff_sessions WHERE created_at <= ?;

-- name: retention_sessions
DELETE FROM staff_sessions WHERE created_at <= ? LIMIT 1000;

-- name: retention_failures_due
SELECT COUNT(*) FROM sign_in_failures WHERE last_at <= ?;

-- name: retention_failures
DELETE FROM sign_in_failures WHERE last_at <= ? LIMIT 1000;

-- Rows of long tables are gone through once, in the order of their ids, which is that of their times but for seconds.
-- name: retention_mark
SELECT position FROM retention_marks WHERE name = ?;

-- name: retention_set_mark
INSERT INTO retention_marks (name, position) VALUES (?, ?) ON DUPLICATE KEY UPDATE position = GREATEST(position, ?);

-- name: retention_clients_due
SELECT COUNT(*) FROM claims WHERE claimed_at <= ? AND client_hash IS NOT NULL AND id > COALESCE((SELECT position FROM retention_marks WHERE name = 'clients'), 0);

-- name: retention_clients_end
SELECT MAX(id) FROM (SELECT id, claimed_at FROM claims WHERE id > ? ORDER BY id LIMIT 1000) stretch WHERE claimed_at <= ?;

-- name: retention_clients
UPDATE claims SET client_hash = NULL WHERE id > ? AND id <= ? AND client_hash IS NOT NULL;

-- name: retention_audit_due
SELECT COUNT(*) FROM audit_entries WHERE at <= ? AND address IS NOT NULL AND id > COALESCE((SELECT position FROM retention_marks WHERE name = 'audit'), 0);

-- name: retention_audit_end
SELECT MAX(id) FROM (SELECT id, at FROM audit_entries WHERE id > ? ORDER BY id LIMIT 1000) stretch WHERE at <= ?;

-- name: retention_audit
UPDATE audit_entries SET address = NULL WHERE id > ? AND id <= ? AND address IS NOT NULL;

-- SPDX-License-Identifier: MIT
-- Data with a retention time: how much is due, and its deletion in small steps. Each statement gets
-- one time and deletes what is older.

-- name: retention_addresses_due
SELECT COUNT(*) AS total FROM claim_addresses WHERE erase_at <= ?;

-- name: retention_addresses
DELETE FROM claim_addresses WHERE erase_at <= ? LIMIT 1000;

-- The end of an event may have moved: its current last day counts too, until it is over at UTC-12
-- (or until the last representable time).
-- fragment: removed_is_over
GREATEST(keep_until, COALESCE((SELECT TIMESTAMP(LEAST(MAX(e.ends_on), DATE '9999-12-29')) + INTERVAL 36 HOUR
  FROM removed_subject_events r JOIN events e ON e.id = r.event_id WHERE r.subject_hash = removed_subjects.subject_hash), keep_until)) <= ?

-- name: retention_removed_due
SELECT COUNT(*) AS total FROM removed_subjects WHERE {{removed_is_over}};

-- name: retention_removed
DELETE FROM removed_subjects WHERE {{removed_is_over}} LIMIT 1000;

-- name: retention_messages_due
SELECT COUNT(*) AS total FROM outbox_messages WHERE state IN ('sent', 'discarded') AND done_at <= ?;

-- name: retention_messages
DELETE FROM outbox_messages WHERE state IN ('sent', 'discarded') AND done_at <= ? LIMIT 1000;

-- name: retention_attempts_due
SELECT COUNT(*) AS total FROM webhook_attempts WHERE at <= ?;

-- name: retention_attempts
DELETE FROM webhook_attempts WHERE at <= ? LIMIT 1000;

-- name: retention_sessions_due
SELECT COUNT(*) AS total FROM staff_sessions WHERE created_at <= ?;

-- name: retention_sessions
DELETE FROM staff_sessions WHERE created_at <= ? LIMIT 1000;

-- name: retention_failures_due
SELECT COUNT(*) AS total FROM sign_in_failures WHERE last_at <= ?;

-- name: retention_failures
DELETE FROM sign_in_failures WHERE last_at <= ? LIMIT 1000;

-- Rows of long tables are read once in the order of their ids, which is the order of their times
-- within seconds.
-- name: retention_mark
SELECT position FROM retention_marks WHERE name = ?;

-- name: retention_set_mark
INSERT INTO retention_marks (name, position) VALUES (?, ?) ON DUPLICATE KEY UPDATE position = GREATEST(position, ?);

-- name: retention_clients_due
SELECT COUNT(*) AS total FROM claims WHERE claimed_at <= ? AND client_hash IS NOT NULL AND id > COALESCE((SELECT position FROM retention_marks WHERE name = 'clients'), 0);

-- name: retention_clients_end
SELECT MAX(id) AS last_id FROM (SELECT id, claimed_at FROM claims WHERE id > ? ORDER BY id LIMIT 1000) stretch WHERE claimed_at <= ?;

-- name: retention_clients
UPDATE claims SET client_hash = NULL WHERE id > ? AND id <= ? AND client_hash IS NOT NULL;

-- name: retention_audit_due
SELECT COUNT(*) AS total FROM audit_entries WHERE at <= ? AND address IS NOT NULL AND id > COALESCE((SELECT position FROM retention_marks WHERE name = 'audit'), 0);

-- name: retention_audit_end
SELECT MAX(id) AS last_id FROM (SELECT id, at FROM audit_entries WHERE id > ? ORDER BY id LIMIT 1000) stretch WHERE at <= ?;

-- name: retention_audit
UPDATE audit_entries SET address = NULL WHERE id > ? AND id <= ? AND address IS NOT NULL;

-- SPDX-License-Identifier: MIT
-- Staff, the audit log and messages, as the console lists them.

-- name: console_staff
SELECT id, name, email, role, state, created_at FROM staff
WHERE (? IS NULL OR role = ?) AND (? IS NULL OR state = ?) AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_staff_record
SELECT name, email, role, state, version FROM staff WHERE id = ?;

-- The person is looked up for each row shown: with a join the server would sort all rows.
-- fragment: actor_name
COALESCE((SELECT s.name FROM staff s WHERE s.id = CAST(SUBSTRING(a.actor, 7) AS UNSIGNED) AND a.actor = CONCAT('staff:', s.id)), a.actor) AS actor_name

-- columns: console_audit_row
a.id, a.at, {{actor_name}}, a.action, a.subject, a.subject_id, a.before_change, a.after_change, a.address

-- name: console_audit
SELECT {{console_audit_row}}
FROM audit_entries a
WHERE a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_audit_of_actor
SELECT {{console_audit_row}}
FROM audit_entries a FORCE INDEX (audit_entries_actor)
WHERE a.actor = ? AND (? IS NULL OR a.subject = ?) AND (? IS NULL OR a.subject_id = ?) AND a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_audit_about
SELECT {{console_audit_row}}
FROM audit_entries a FORCE INDEX (audit_entries_about)
WHERE a.subject = ? AND a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_audit_about_one
SELECT {{console_audit_row}}
FROM audit_entries a FORCE INDEX (audit_entries_subject)
WHERE a.subject = ? AND a.subject_id = ? AND a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_staff_options
SELECT CONCAT('staff:', id) AS value, name AS label FROM staff ORDER BY name, id LIMIT 500;

-- columns: console_message_row
id, kind, channel, state, attempts, created_at, last_error, due_at,
  CASE WHEN state = 'waiting' THEN due_at END AS next_try_at

-- name: console_messages
SELECT {{console_message_row}} FROM outbox_messages WHERE id < ? ORDER BY id DESC LIMIT ?;

-- By due time, the latest first.
-- name: console_messages_in_state
(SELECT {{console_message_row}} FROM outbox_messages FORCE INDEX (outbox_messages_due)
  WHERE state = ? AND due_at = ? AND id < ? ORDER BY id DESC LIMIT ?)
UNION ALL
(SELECT {{console_message_row}} FROM outbox_messages FORCE INDEX (outbox_messages_due)
  WHERE state = ? AND due_at < ? ORDER BY due_at DESC, id DESC LIMIT ?)
ORDER BY due_at DESC, id DESC LIMIT ?;

-- name: console_message
SELECT id, kind, channel, state, attempts, created_at, due_at, done_at, last_error, event_id, user_id, product_id, claim_id
FROM outbox_messages WHERE id = ?;

-- name: console_removals
SELECT a.number, a.at, a.user_id, {{actor_name}}, a.destroyed FROM removals a WHERE a.number < ? ORDER BY a.number DESC LIMIT ?;

-- name: console_keys
SELECT id, name, scopes, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ? THEN 'expired' ELSE 'active' END AS state,
  created_at, expires_at, last_used_at, revoked_at
FROM api_keys WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: console_key
SELECT name, scopes FROM api_keys WHERE id = ?;

-- name: console_webhook
SELECT e.url, e.state, e.second_secret IS NOT NULL AS has_second_secret, e.created_at, h.reason, h.until_at
FROM webhook_endpoints e LEFT JOIN delivery_holds h ON h.channel = 'webhook' AND h.endpoint_id = e.id
WHERE e.id = ?;

-- name: console_webhook_kinds
SELECT kind FROM webhook_subscriptions WHERE endpoint_id = ? ORDER BY kind;

-- name: console_webhook_attempts
SELECT a.id, a.at, m.kind, a.message_id, a.status, a.duration_ms, a.error
FROM webhook_attempts a LEFT JOIN outbox_messages m ON m.id = a.message_id
WHERE a.endpoint_id = ? AND a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_webhooks
SELECT e.id, e.url, e.state, e.created_at,
  (SELECT GROUP_CONCAT(s.kind ORDER BY s.kind SEPARATOR ', ') FROM webhook_subscriptions s WHERE s.endpoint_id = e.id) AS kinds
FROM webhook_endpoints e ORDER BY e.id LIMIT 200;

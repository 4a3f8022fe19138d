-- SPDX-License-Identifier: MIT
-- Staff, the audit log and messages, as the console lists them.

-- name: console_staff
SELECT id, name, email, role, state, created_at FROM staff WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: console_staff_record
SELECT name, email, role, state, version FROM staff WHERE id = ?;

-- name: console_audit
SELECT a.id, a.at, COALESCE(s.name, a.actor), a.action, a.subject, a.subject_id, a.before_change, a.after_change, a.address
FROM audit_entries a LEFT JOIN staff s ON a.actor = CONCAT('staff:', s.id)
WHERE a.id < ? ORDER BY a.id DESC LIMIT ?;

-- name: console_messages
SELECT id, kind, channel, state, attempts, created_at, last_error FROM outbox_messages WHERE id < ? ORDER BY id DESC LIMIT ?;

-- Few are in these states: sorting them costs less than walking over those that were sent.
-- name: console_messages_in_state
SELECT id, kind, channel, state, attempts, created_at, last_error FROM outbox_messages FORCE INDEX (outbox_messages_due)
WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_message
SELECT id, kind, channel, state, attempts, created_at, due_at, done_at, last_error, event_id, user_id, product_id, claim_id
FROM outbox_messages WHERE id = ?;

-- name: console_removals
SELECT r.number, r.at, r.user_id, COALESCE(s.name, r.actor), r.destroyed
FROM removals r LEFT JOIN staff s ON r.actor = CONCAT('staff:', s.id)
WHERE r.number < ? ORDER BY r.number DESC LIMIT ?;

-- name: console_keys
SELECT id, name, scopes, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ? THEN 'expired' ELSE 'active' END,
  created_at, expires_at, last_used_at, revoked_at
FROM api_keys WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: console_key
SELECT name, scopes FROM api_keys WHERE id = ?;

-- name: console_webhook
SELECT e.url, e.state, e.second_secret IS NOT NULL, e.created_at, h.reason, h.until_at
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
  (SELECT GROUP_CONCAT(s.kind ORDER BY s.kind SEPARATOR ', ') FROM webhook_subscriptions s WHERE s.endpoint_id = e.id)
FROM webhook_endpoints e ORDER BY e.id LIMIT 200;

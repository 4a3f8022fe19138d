-- SPDX-License-Identifier: MIT
-- Who is notified, and with what: mail recipients, webhook receivers, and the content of messages.

-- name: recipient_list
SELECT r.id, r.email, r.language, e.slug, r.created_at
FROM alert_recipients r LEFT JOIN events e ON e.id = r.event_id ORDER BY r.event_id, r.id

-- name: recipient_find
SELECT email, language FROM alert_recipients WHERE id = ?

-- name: recipient_count
SELECT COUNT(*) AS total FROM alert_recipients WHERE event_id = ?

-- name: recipient_insert
INSERT INTO alert_recipients (event_id, email, language, created_at) VALUES (?, ?, ?, ?)

-- name: recipient_delete
DELETE FROM alert_recipients WHERE id = ?

-- name: recipient_discard_messages
UPDATE outbox_messages SET state = 'discarded', last_error = 'the recipient was removed', done_at = UTC_TIMESTAMP(), lease_owner = NULL, leased_until = NULL
WHERE state = 'waiting' AND channel = 'mail' AND endpoint_id = ?

-- name: webhook_list
SELECT e.id, e.url, e.state, e.second_secret IS NOT NULL AS has_second_secret, e.created_at,
  (SELECT GROUP_CONCAT(s.kind ORDER BY s.kind) FROM webhook_subscriptions s WHERE s.endpoint_id = e.id) AS kinds
FROM webhook_endpoints e ORDER BY e.id

-- name: webhook_find
SELECT url, secret, second_secret, state FROM webhook_endpoints WHERE id = ?

-- name: webhook_find_enabled
SELECT id FROM webhook_endpoints WHERE id = ? AND state = 'enabled'

-- Events have a flag for announced check-ins. This comes first, so that the row locks serialize
-- such changes.
-- name: webhook_touch_events
UPDATE events SET version = version + 1;

-- name: webhook_insert
INSERT INTO webhook_endpoints (url, secret, created_at) VALUES (?, '', ?)

-- name: webhook_set_secret
UPDATE webhook_endpoints SET secret = ? WHERE id = ?

-- name: webhook_secrets
SELECT id, secret, second_secret FROM webhook_endpoints ORDER BY id FOR UPDATE

-- name: webhook_set_secrets
UPDATE webhook_endpoints SET secret = ?, second_secret = ? WHERE id = ?

-- name: webhook_subscribe
INSERT INTO webhook_subscriptions (kind, endpoint_id) VALUES (?, ?)

-- name: webhook_unsubscribe_all
DELETE FROM webhook_subscriptions WHERE endpoint_id = ?

-- name: webhook_set_state
UPDATE webhook_endpoints SET state = ? WHERE id = ?

-- Adds the new secret; the previous one stays valid until webhook_retire_secret.
-- name: webhook_rotate_secret
UPDATE webhook_endpoints SET second_secret = secret, secret = ? WHERE id = ?

-- name: webhook_retire_secret
UPDATE webhook_endpoints SET second_secret = NULL WHERE id = ?

-- name: webhook_discard_messages
UPDATE outbox_messages SET state = 'discarded', last_error = 'the endpoint was removed', done_at = UTC_TIMESTAMP(), lease_owner = NULL, leased_until = NULL
WHERE state = 'waiting' AND channel = 'webhook' AND endpoint_id = ?

-- name: webhook_forget_hold
DELETE FROM delivery_holds WHERE channel = 'webhook' AND endpoint_id = ?

-- name: webhook_delete
DELETE FROM webhook_endpoints WHERE id = ?

-- name: webhook_attempt_insert
INSERT INTO webhook_attempts (endpoint_id, message_id, status, error, duration_ms, at) VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP())

-- name: webhook_attempts_list
SELECT a.id, a.message_id, m.kind, a.status, a.error, a.duration_ms, a.at
FROM webhook_attempts a LEFT JOIN outbox_messages m ON m.id = a.message_id
WHERE a.endpoint_id = ? ORDER BY a.id DESC LIMIT ?

-- name: fact_product
SELECT name, remain, threshold FROM products WHERE id = ?

-- name: fact_product_events
SELECT DISTINCT e.id, e.name FROM milestones m JOIN events e ON e.id = m.event_id WHERE m.product_id = ? ORDER BY e.id LIMIT 20

-- name: fact_claim
SELECT c.id, e.slug, c.milestone_id, c.round, c.product_id, c.product_name, c.kind, c.points, c.state, c.claimed_at, c.tracking
FROM claims c JOIN events e ON e.id = c.event_id WHERE c.id = ?

-- name: fact_user
SELECT u.id, u.subject, i.iss FROM users u JOIN issuers i ON i.id = u.issuer_id WHERE u.id = ?

-- name: fact_event
SELECT slug FROM events WHERE id = ?

-- name: fact_point_entry
SELECT id, amount, balance, source, reference, reason, at FROM point_entries WHERE id = ?

-- The oldest twenty, and how many there are.
-- name: digest_overdue
SELECT p.id, p.points, p.reason, p.due_at, (SELECT COUNT(*) FROM payouts o FORCE INDEX (payouts_overdue) WHERE o.state = 'due' AND o.due_at <= ?) AS total
FROM payouts p FORCE INDEX (payouts_overdue) WHERE p.state = 'due' AND p.due_at <= ? ORDER BY p.due_at, p.id LIMIT 20

-- name: digest_failed_payouts
SELECT COUNT(*) AS total FROM payouts WHERE state = 'failed'

-- name: fact_payouts
SELECT p.id, p.points, p.reason, e.slug, p.state, p.due_at, u.id AS user_id, u.subject, i.iss
FROM {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id STRAIGHT_JOIN users u ON u.id = p.user_id
  STRAIGHT_JOIN issuers i ON i.id = u.issuer_id STRAIGHT_JOIN events e ON e.id = p.event_id
ORDER BY p.id

-- name: digest_products
SELECT id, name, remain, threshold FROM products WHERE retired_at IS NULL AND (remain = 0 OR remain <= threshold) ORDER BY remain, id

-- name: digest_check_ins
SELECT COUNT(*) AS total FROM attendance a JOIN events e ON e.id = a.event_id WHERE a.date = ? AND e.starts_on <= ? AND e.ends_on >= ?

-- name: digest_claims
SELECT COUNT(*) AS total FROM claims WHERE claimed_at >= ? AND claimed_at < ?

-- name: dead_letter_count
SELECT COUNT(*) AS total FROM outbox_messages WHERE state = 'dead'

-- name: dead_letter_list
SELECT id, kind, last_error FROM outbox_messages WHERE state = 'dead' ORDER BY id DESC LIMIT 10

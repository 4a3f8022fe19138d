-- SPDX-License-Identifier: MIT
-- The outbox. Leases and waits go by the database's clock, so that notifiers on several hosts agree.

-- One row for each enabled endpoint that wants the kind; within the transaction of the cause.
-- name: outbox_insert_webhooks
INSERT INTO outbox_messages (kind, channel, endpoint_id, message_key, event_id, user_id, product_id, claim_id, data, due_at, created_at)
SELECT s.kind, 'webhook', s.endpoint_id, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(), ?
FROM webhook_subscriptions s JOIN webhook_endpoints e ON e.id = s.endpoint_id
WHERE s.kind = ? AND e.state = 'enabled'

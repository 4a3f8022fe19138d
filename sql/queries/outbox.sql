-- SPDX-License-Identifier: MIT
-- The outbox. Leases and waits use the database's clock, so that notifiers on several hosts agree.

-- One row for each enabled receiver that subscribed to the kind, in the transaction of the cause.
-- IGNORE: a day that staff removed and the customer checked in again was announced before.
-- name: outbox_insert_webhooks
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, event_id, user_id, product_id, claim_id, data, due_at, created_at)
SELECT s.kind, 'webhook', s.endpoint_id, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(), ?
FROM webhook_subscriptions s JOIN webhook_endpoints e ON e.id = s.endpoint_id
WHERE s.kind = ? AND e.state = 'enabled'

-- --- what becomes a message ------------------------------------------------------------------------------------------------------

-- One row for each recipient of the product's alerts: recipients of all events, and those of events
-- that give the product.
-- name: outbox_insert_stock_mails
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, product_id, data, due_at, created_at)
SELECT ?, 'mail', MIN(r.id), ?, ?, '{}', UTC_TIMESTAMP(), ?
FROM alert_recipients r
WHERE r.event_id = 0 OR r.event_id IN (SELECT m.event_id FROM milestones m WHERE m.product_id = ?)
GROUP BY r.email

-- One row for each recipient of messages about the whole shop.
-- name: outbox_insert_shop_mails
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, data, due_at, created_at)
SELECT ?, 'mail', r.id, ?, ?, UTC_TIMESTAMP(), ?
FROM alert_recipients r WHERE r.event_id = 0

-- A single row for one receiver. Receiver 0 of a mail: there was no recipient; the message is
-- passed on when there is one.
-- name: outbox_insert_one
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, product_id, data, due_at, created_at)
VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(), ?)

-- name: outbox_stock_crossings
SELECT id, low_alerts, low_announced, sold_out_alerts, sold_out_announced
FROM products WHERE low_alerts > low_announced OR sold_out_alerts > sold_out_announced ORDER BY id LIMIT 50

-- Only the notifier that saw the same counters succeeds.
-- Payouts that were not announced yet, if somebody receives announcements.
-- name: outbox_payouts_due
SELECT p.id FROM payouts p FORCE INDEX (payouts_announced)
WHERE p.announced = 0 AND p.state = 'due' AND EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints x ON x.id = s.endpoint_id
  WHERE s.kind = 'payout.due' AND x.state = 'enabled')
ORDER BY p.id LIMIT 500

-- name: outbox_payouts_announced
UPDATE {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id SET p.announced = 1 WHERE p.announced = 0 AND p.state = 'due'

-- name: outbox_stock_announced
UPDATE products SET low_announced = ?, sold_out_announced = ? WHERE id = ? AND low_announced = ? AND sold_out_announced = ?

-- name: digest_find
SELECT (SELECT COUNT(*) FROM digests) AS total, (SELECT COUNT(*) FROM digests WHERE date = ?) AS today

-- name: digest_insert
INSERT INTO digests (date, at) VALUES (?, ?)

-- --- leases ----------------------------------------------------------------------------------------------------------------------

-- Lanes with due messages that are not held: mails are one lane, each enabled webhook receiver is
-- another.
-- name: outbox_lanes
SELECT 0 AS endpoint, COALESCE(h.tries, 0) AS tries
FROM (SELECT 0 AS id) l LEFT JOIN delivery_holds h ON h.channel = 'mail' AND h.endpoint_id = 0
WHERE (h.until_at IS NULL OR h.until_at <= UTC_TIMESTAMP())
  AND EXISTS (SELECT 1 FROM outbox_messages m WHERE m.state = 'waiting' AND m.channel = 'mail' AND m.due_at <= UTC_TIMESTAMP())
UNION ALL
SELECT e.id, COALESCE(h.tries, 0)
FROM webhook_endpoints e LEFT JOIN delivery_holds h ON h.channel = 'webhook' AND h.endpoint_id = e.id
WHERE e.state = 'enabled' AND (h.until_at IS NULL OR h.until_at <= UTC_TIMESTAMP())
  AND EXISTS (SELECT 1 FROM outbox_messages m
    WHERE m.state = 'waiting' AND m.channel = 'webhook' AND m.endpoint_id = e.id AND m.due_at <= UTC_TIMESTAMP())

-- name: outbox_lease_mails
UPDATE outbox_messages SET lease_owner = ?, leased_until = DATE_ADD(UTC_TIMESTAMP(), INTERVAL ? SECOND)
WHERE state = 'waiting' AND channel = 'mail' AND due_at <= UTC_TIMESTAMP() AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP())
ORDER BY due_at, id LIMIT ?

-- name: outbox_lease_webhooks
UPDATE outbox_messages SET lease_owner = ?, leased_until = DATE_ADD(UTC_TIMESTAMP(), INTERVAL ? SECOND)
WHERE state = 'waiting' AND channel = 'webhook' AND endpoint_id = ? AND due_at <= UTC_TIMESTAMP()
  AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP())
ORDER BY due_at, id LIMIT ?

-- name: outbox_leased
SELECT id, kind, channel, endpoint_id, message_key, event_id, user_id, product_id, claim_id, data, attempts, created_at
FROM outbox_messages WHERE lease_owner = ? AND state = 'waiting' ORDER BY id

-- --- how it ended ----------------------------------------------------------------------------------------------------------------

-- name: outbox_mark_done
UPDATE outbox_messages SET state = ?, attempts = attempts + 1, last_error = ?, done_at = UTC_TIMESTAMP(), lease_owner = NULL, leased_until = NULL
WHERE id = ? AND lease_owner = ? AND state = 'waiting'

-- name: outbox_mark_retry
UPDATE outbox_messages SET attempts = attempts + 1, last_error = ?, due_at = DATE_ADD(UTC_TIMESTAMP(), INTERVAL ? SECOND),
  lease_owner = NULL, leased_until = NULL
WHERE id = ? AND lease_owner = ? AND state = 'waiting'

-- name: outbox_release
UPDATE outbox_messages SET lease_owner = NULL, leased_until = NULL, last_error = COALESCE(?, last_error) WHERE id = ? AND lease_owner = ? AND state = 'waiting'

-- Passes a mail without recipient on to the current recipients. MariaDB requires each column to be
-- listed that depends on the id.
-- name: outbox_hand_on
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, product_id, data, due_at, created_at)
SELECT m.kind, 'mail', MIN(r.id), m.message_key, m.product_id, m.data, UTC_TIMESTAMP(), m.created_at
FROM outbox_messages m JOIN alert_recipients r
WHERE m.id = ? AND (r.event_id = 0 OR r.event_id IN (SELECT s.event_id FROM milestones s WHERE s.product_id = m.product_id))
GROUP BY m.id, m.kind, m.message_key, m.product_id, m.data, m.created_at, r.email

-- name: outbox_delete
DELETE FROM outbox_messages WHERE id = ? AND lease_owner = ? AND state = 'waiting'

-- name: outbox_hold
INSERT INTO delivery_holds (channel, endpoint_id, reason, tries, since, until_at)
VALUES (?, ?, ?, 1, UTC_TIMESTAMP(), DATE_ADD(UTC_TIMESTAMP(), INTERVAL ? SECOND))
ON DUPLICATE KEY UPDATE reason = ?, tries = LEAST(tries + 1, 1000), until_at = DATE_ADD(UTC_TIMESTAMP(), INTERVAL ? SECOND)

-- name: outbox_unhold
DELETE FROM delivery_holds WHERE channel = ? AND endpoint_id = ?

-- name: outbox_holds
SELECT channel, endpoint_id, reason, tries, since, until_at FROM delivery_holds ORDER BY channel, endpoint_id

-- Messages for a receiver that was disabled, or removed while they were written, become dead
-- letters.
-- name: outbox_mark_dead_disabled
UPDATE outbox_messages SET state = 'dead', last_error = 'the endpoint is disabled or was removed', done_at = UTC_TIMESTAMP(), lease_owner = NULL, leased_until = NULL
WHERE state = 'waiting' AND channel = 'webhook' AND endpoint_id NOT IN (SELECT e.id FROM webhook_endpoints e WHERE e.state = 'enabled')

-- --- for people ------------------------------------------------------------------------------------------------------------------

-- name: outbox_statistics
SELECT
  (SELECT COUNT(*) FROM outbox_messages WHERE state = 'waiting') AS waiting,
  (SELECT COUNT(*) FROM outbox_messages WHERE state = 'sent') AS sent,
  (SELECT COUNT(*) FROM outbox_messages WHERE state = 'dead') AS dead,
  (SELECT COUNT(*) FROM outbox_messages WHERE state = 'discarded') AS discarded,
  (SELECT COALESCE(GREATEST(0, TIMESTAMPDIFF(SECOND, MIN(created_at), UTC_TIMESTAMP())), 0) FROM outbox_messages WHERE state = 'waiting') AS oldest_seconds

-- Counts up to a limit: frequent monitoring must not read all rows.
-- name: outbox_figures
SELECT COUNT(*) AS total, COALESCE(GREATEST(0, TIMESTAMPDIFF(SECOND, MIN(created_at), UTC_TIMESTAMP())), 0) AS oldest_seconds
FROM (SELECT created_at FROM outbox_messages WHERE state = ? AND channel = ? LIMIT ?) counted

-- name: outbox_hold_count
SELECT channel, COUNT(*) AS total FROM delivery_holds GROUP BY channel

-- name: outbox_list
SELECT id, kind, channel, endpoint_id, state, attempts, due_at, last_error, created_at
FROM outbox_messages WHERE (? IS NULL OR state = ?) AND id < ? ORDER BY id DESC LIMIT ?

-- name: outbox_show
SELECT id, kind, channel, endpoint_id, message_key, event_id, user_id, product_id, claim_id, data, state, attempts, due_at, leased_until,
  last_error, created_at, done_at
FROM outbox_messages WHERE id = ?

-- name: outbox_retry
UPDATE outbox_messages SET state = 'waiting', attempts = 0, due_at = UTC_TIMESTAMP(), done_at = NULL, lease_owner = NULL, leased_until = NULL
WHERE id = ? AND (state = 'dead' OR (state = 'waiting' AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP())))

-- name: outbox_retry_all
UPDATE outbox_messages SET state = 'waiting', attempts = 0, due_at = UTC_TIMESTAMP(), done_at = NULL, lease_owner = NULL, leased_until = NULL
WHERE state = 'dead'

-- name: outbox_discard
UPDATE outbox_messages SET state = 'discarded', done_at = UTC_TIMESTAMP(), lease_owner = NULL, leased_until = NULL
WHERE id = ? AND (state = 'dead' OR (state = 'waiting' AND (leased_until IS NULL OR leased_until <= UTC_TIMESTAMP())))

-- SPDX-License-Identifier: MIT
-- Deadlines that are near: the shop is notified of each customer who could still claim.

-- The milestones to continue with, the nearest deadline first. One is processed; the others are there
-- because the host may not have the time zone of an event. An event may ask for at most 720 hours.
-- While it is sold out there are no notifications.
-- name: closing_due
SELECT m.id, m.event_id, {{milestone_basis}} AS basis, m.at, m.earned_from, w.position, e.time_zone, e.freezes, e.freeze_every
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id
  LEFT JOIN milestone_closings w ON w.milestone_id = m.id
WHERE m.claim_until > ? AND m.claim_until <= DATE_ADD(?, INTERVAL 720 HOUR) AND m.claim_until <= DATE_ADD(?, INTERVAL e.closing_hours HOUR)
  AND e.state = 'open' AND w.done_at IS NULL AND (p.remain IS NULL OR p.remain > 0)
  AND EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints x ON x.id = s.endpoint_id WHERE s.kind = 'claim.closing' AND x.state = 'enabled')
ORDER BY m.claim_until, m.id LIMIT 100;

-- name: closing_begin
INSERT INTO milestone_closings (milestone_id, position) VALUES (?, 0);

-- Only the notifier that started at the current position succeeds.
-- name: closing_advance
UPDATE milestone_closings SET position = ?, done_at = ? WHERE milestone_id = ? AND position = ? AND done_at IS NULL;

-- Also for an event that is over and is being archived, customer by customer.
-- name: closing_days
(SELECT user_id, date, IF(source IN {{given_sources}}, at, NULL) AS given_at FROM attendance WHERE event_id = ? AND user_id > ? ORDER BY user_id, date LIMIT ?)
UNION ALL (SELECT user_id, date, IF(source IN {{given_sources}}, at, NULL) FROM attendance_archive WHERE event_id = ? AND user_id > ? ORDER BY user_id, date LIMIT ?)
ORDER BY user_id, date LIMIT ?;

-- name: closing_announce
INSERT IGNORE INTO outbox_messages (kind, channel, endpoint_id, message_key, event_id, user_id, data, due_at, created_at)
SELECT s.kind, 'webhook', s.endpoint_id, ?, ?, u.id, ?, UTC_TIMESTAMP(), ?
FROM users u JOIN webhook_subscriptions s ON s.kind = 'claim.closing' JOIN webhook_endpoints x ON x.id = s.endpoint_id AND x.state = 'enabled'
WHERE u.id = ? AND u.state = 'active' AND NOT EXISTS (SELECT 1 FROM claims c
  WHERE c.user_id = u.id AND c.event_id = ? AND c.milestone_id = ? AND NOT (c.state = 'cancelled' AND c.another_round = 1));

-- name: closing_facts
SELECT e.slug, m.at, m.claim_until, p.id AS product_id, p.name AS product_name, p.kind, p.points, EXISTS (SELECT 1 FROM claims c
  WHERE c.user_id = ? AND c.event_id = m.event_id AND c.milestone_id = m.id AND NOT (c.state = 'cancelled' AND c.another_round = 1)) AS is_claimed
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id WHERE m.id = ?;

-- SPDX-License-Identifier: MIT
-- Claims: a customer receives the product of a milestone once.

-- The first statement of a claim: locks the customer's row. LAST_INSERT_ID returns the customer's
-- id.
-- name: claim_add_points
UPDATE users SET points = points + ? WHERE issuer_id = ? AND subject = ? AND state = 'active' AND LAST_INSERT_ID(id) > 0

-- The same without points to add.
-- name: claim_lock_customer
SELECT id FROM users WHERE issuer_id = ? AND subject = ? AND state = 'active' FOR UPDATE

-- A first claim, behind that lock. The selected row is that of the day on which the milestone is
-- reached, in any order. No row: there are fewer days, or the cached terms are outdated (see
-- claim_insert).
-- name: claim_insert_counted
INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, a.user_id, ?, ?, ?, ?, ?, ?, ? FROM events e JOIN attendance a ON a.event_id = e.id AND a.user_id = ?
WHERE e.id = ? AND e.version = ? AND e.state = 'open' LIMIT 1 OFFSET ?

-- Everything that decides a refusal or finds an existing claim, in one SELECT.
-- name: claim_state
SELECT e.id AS event_id, e.mode, e.time_zone, e.starts_on, e.ends_on, m.at, m.claim_until, m.earned_from,
  p.id AS product_id, p.name AS product_name, p.kind, p.points, p.remain, u.id AS user_id, u.state = 'active' AS is_active,
  c.id AS claim_id, c.round, c.product_id AS claim_product_id, c.product_name AS claim_product_name, c.kind AS claim_kind, c.points AS claim_points, c.state, c.claimed_at, c.coupon, c.tracking, c.another_round,
  (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = u.id)
    + (SELECT COUNT(*) FROM attendance_archive a WHERE a.event_id = e.id AND a.user_id = u.id) AS attended,
  EXISTS (SELECT 1 FROM webhook_subscriptions s WHERE s.kind IN ('claim.created', 'points.changed')) AS is_announced,
  {{event_options}}, e.version
FROM events e
  JOIN milestones m ON m.event_id = e.id
  JOIN products p ON p.id = m.product_id
  LEFT JOIN users u ON u.issuer_id = ? AND u.subject = ?
  LEFT JOIN claims c ON c.user_id = u.id AND c.event_id = e.id AND c.milestone_id = m.id
WHERE e.slug = ? AND e.state = 'open' AND m.id = ?
ORDER BY c.round DESC LIMIT 1

-- No row: the event, its milestones or their products have changed since the terms were read (each
-- such change increments the version).
-- name: claim_insert
INSERT INTO claims (event_id, user_id, milestone_id, round, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM events e WHERE e.id = ? AND e.version = ? AND e.state = 'open'

-- The same for an event that excludes staff of the shop: no row for them either.
-- name: claim_insert_excluding_staff
INSERT INTO claims (event_id, user_id, milestone_id, round, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM events e JOIN users u ON u.id = ? JOIN issuers i ON i.id = u.issuer_id
WHERE e.id = ? AND e.version = ? AND e.state = 'open' AND NOT EXISTS (SELECT 1 FROM excluded_users x WHERE x.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active')

-- name: claim_movement_insert
INSERT INTO stock_movements (product_id, delta, source, reference, at) VALUES (?, -1, 'claim', ?, ?)

-- The hot row, last. The assignments after the first one see the new value of remain: reaching the
-- threshold or zero is counted once.
-- name: claim_take_stock
UPDATE products SET remain = remain - 1,
  low_alerts = low_alerts + (remain > 0 AND remain <=> threshold),
  sold_out_alerts = sold_out_alerts + (remain = 0)
WHERE id = ? AND remain > 0

-- The following statements are for a batch (CLAIM_BATCH_MAX); when it is smaller, one customer is
-- repeated.

-- A customer whose row is locked by another transaction is processed individually, so that nobody
-- waits for another's lock.
-- name: claim_lock_customers
SELECT id, subject FROM users WHERE issuer_id = ? AND subject IN (?, ?, ?, ?, ?, ?, ?, ?) AND state = 'active' FOR UPDATE SKIP LOCKED

-- First claims, behind these locks, of the customers with enough check-ins. Each has its own client
-- hash.
-- name: claim_insert_many
INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, u.id, ?, ?, ?, ?, ?, ?, ELT(FIELD(u.id, ?, ?, ?, ?, ?, ?, ?, ?), ?, ?, ?, ?, ?, ?, ?, ?) FROM events e JOIN users u
WHERE e.id = ? AND e.version = ? AND e.state = 'open' AND u.id IN (?, ?, ?, ?, ?, ?, ?, ?)
  AND (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = u.id) >= ?

-- name: claims_of_many
SELECT id, user_id FROM claims WHERE user_id IN (?, ?, ?, ?, ?, ?, ?, ?) AND event_id = ? AND milestone_id = ? AND round = 1

-- name: claim_movements_insert
INSERT INTO stock_movements (product_id, delta, source, reference, at)
SELECT product_id, -1, 'claim', CAST(id AS CHAR), claimed_at FROM claims WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- See claim_take_stock. The threshold was reached when it is between the new and the old stock.
-- name: claim_take_stock_of_many
UPDATE products SET remain = remain - ?,
  low_alerts = low_alerts + (threshold IS NOT NULL AND threshold > 0 AND remain <= threshold AND remain + ? > threshold),
  sold_out_alerts = sold_out_alerts + (remain = 0)
WHERE id = ? AND remain >= ?

-- columns: claim_row
c.id, e.slug, c.milestone_id, c.product_id, c.product_name, c.kind, c.points, c.state, c.claimed_at, c.coupon, c.tracking

-- name: claims_of_customer
SELECT {{claim_row}},
  EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id) AS has_address
FROM claims c JOIN events e ON e.id = c.event_id
WHERE c.user_id = ? AND c.id < ? ORDER BY c.id DESC LIMIT ?

-- A cancelled claim that staff allowed to repeat does not count as claimed; a later round does.
-- name: claims_in_event
SELECT milestone_id FROM claims WHERE user_id = ? AND event_id = ? AND NOT (state = 'cancelled' AND another_round = 1)
GROUP BY milestone_id

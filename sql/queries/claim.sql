-- SPDX-License-Identifier: MIT
-- Claims: a customer receives the product of a milestone once.

-- The first statement of a claim: locks the customer's row. LAST_INSERT_ID returns the customer's
-- id. No row also where expired points must leave the ledger first (the last parameter is the time).
-- name: claim_add_points
UPDATE users SET points = points + ? WHERE issuer_id = ? AND subject = ? AND state = 'active' AND (expires_at IS NULL OR expires_at > ?) AND LAST_INSERT_ID(id) > 0

-- The same without points to add.
-- name: claim_lock_customer
SELECT id, points, expires_at FROM users WHERE issuer_id = ? AND subject = ? AND state = 'active' FOR UPDATE

-- The state of the payout of a claim; NULL: none.
-- fragment: claim_payout
(SELECT y.state FROM payouts y WHERE y.claim_id = c.id)

-- Everything that decides a refusal or finds an existing claim, in one SELECT. No row: the event was
-- closed, or it has changed since the terms were read (each change of the event, its milestones or
-- their products increments the version).
-- name: claim_state
SELECT p.remain, u.id AS user_id, u.expires_at, u.state = 'active' AS is_active,
  c.id AS claim_id, c.round, c.product_id, c.product_name, c.kind, c.points, c.state, c.claimed_at, c.coupon, c.tracking, c.another_round,
  {{claim_payout}} AS payout,
  (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = u.id)
    + (SELECT COUNT(*) FROM attendance_archive a WHERE a.event_id = e.id AND a.user_id = u.id) AS attended
FROM events e
  JOIN milestones m ON m.event_id = e.id
  JOIN products p ON p.id = m.product_id
  LEFT JOIN users u ON u.issuer_id = ? AND u.subject = ?
  LEFT JOIN claims c ON c.user_id = u.id AND c.event_id = e.id AND c.milestone_id = m.id
WHERE e.id = ? AND e.version = ? AND e.state = 'open' AND m.id = ?
ORDER BY c.round DESC LIMIT 1

-- Behind the lock. The parameter after the customer is the number of check-ins that earn the
-- milestone, or 0 when the dates were read. No row: there are fewer, or the terms are outdated (see
-- claim_state).
-- name: claim_insert
INSERT INTO claims (event_id, user_id, milestone_id, round, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM events e
WHERE (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = ?) >= ?
  AND e.id = ? AND e.version = ? AND e.state = 'open'

-- The same for an event that excludes staff of the shop: no row for them either.
-- name: claim_insert_excluding_staff
INSERT INTO claims (event_id, user_id, milestone_id, round, product_id, product_name, kind, points, claimed_at, client_hash)
SELECT e.id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM events e JOIN users u ON u.id = ? JOIN issuers i ON i.id = u.issuer_id
WHERE (SELECT COUNT(*) FROM attendance a WHERE a.event_id = e.id AND a.user_id = u.id) >= ?
  AND e.id = ? AND e.version = ? AND e.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM excluded_users x WHERE x.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active')

-- name: claim_movement_insert
INSERT INTO stock_movements (product_id, delta, source, reference, at) VALUES (?, -1, 'claim', ?, ?)

-- The hot row, last, for so many claims (usually 1). The assignments after the first one see the new
-- value of remain: a threshold between the old and the new stock is counted once, and so is zero.
-- name: claim_take_stock
UPDATE products SET remain = remain - ?,
  low_alerts = low_alerts + (threshold IS NOT NULL AND threshold > 0 AND remain <= threshold AND remain + ? > threshold),
  sold_out_alerts = sold_out_alerts + (remain = 0)
WHERE id = ? AND remain >= ?

-- The following statements are for a batch (CLAIM_BATCH_MAX); when it is smaller, one customer is
-- repeated.

-- A customer whose row is locked by another transaction is processed individually, so that nobody
-- waits for another's lock. So is one whose expired points must leave the ledger first.
-- name: claim_lock_customers
SELECT id, subject FROM users WHERE issuer_id = ? AND subject IN (?, ?, ?, ?, ?, ?, ?, ?) AND state = 'active' AND (expires_at IS NULL OR expires_at > ?) FOR UPDATE SKIP LOCKED

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

-- columns: claim_row
c.id, e.slug, c.milestone_id, c.product_id, c.product_name, c.kind, c.points, c.state, c.claimed_at, c.coupon, c.tracking,
  {{claim_payout}} AS payout

-- name: claims_of_customer
SELECT {{claim_row}},
  EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id) AS has_address
FROM claims c JOIN events e ON e.id = c.event_id
WHERE c.user_id = ? AND c.id < ? ORDER BY c.id DESC LIMIT ?

-- A cancelled claim that staff allowed to repeat does not count as claimed; a later round does.
-- name: claims_in_event
SELECT milestone_id FROM claims WHERE user_id = ? AND event_id = ? AND NOT (state = 'cancelled' AND another_round = 1)
GROUP BY milestone_id

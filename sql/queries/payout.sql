-- SPDX-License-Identifier: MIT
-- Payouts: what the shop's own wallet must be credited with.

-- INSERT … VALUES, as for point entries (points_note).
-- name: payout_of_claim
INSERT INTO payouts (user_id, event_id, claim_id, points, reason, due_at) VALUES (?, ?, ?, ?, ?, ?)

-- For a batch of claims.
-- name: payouts_of_claims
INSERT INTO payouts (user_id, event_id, claim_id, points, reason, due_at)
SELECT c.user_id, c.event_id, c.id, c.points, c.product_name, c.claimed_at FROM claims c WHERE c.id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- As payments_insert: r is a JSON array with the customer u, the points p and the check-in c.
-- name: payouts_of_check_ins
INSERT INTO payouts (user_id, event_id, check_in, points, reason, due_at)
SELECT r.user_id, ?, r.check_in, r.points, ?, ?
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$.u', points BIGINT PATH '$.p', check_in VARCHAR(100) PATH '$.c')) r

-- name: payout_of_check_in
SELECT id FROM payouts WHERE check_in = ?

-- The date of a check-in is part of its reference, EVENT-USER-DATE-ROUND.
-- columns: payout_row
p.id, p.user_id, i.iss, u.subject, p.points, p.reason, e.slug, p.claim_id, p.reverses, p.state, p.due_at, p.settled_at, p.reference, p.failure,
  CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(p.check_in, '-', 5), '-', -3) AS DATE) AS date

-- fragment: payout_joins
STRAIGHT_JOIN users u ON u.id = p.user_id STRAIGHT_JOIN issuers i ON i.id = u.issuer_id STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = p.event_id

-- The oldest first.
-- name: payouts
SELECT {{payout_row}} FROM payouts p FORCE INDEX (PRIMARY) {{payout_joins}} WHERE p.id > ? ORDER BY p.id LIMIT ?

-- name: payouts_in_state
SELECT {{payout_row}} FROM payouts p FORCE INDEX (payouts_state) {{payout_joins}} WHERE p.state = ? AND p.id > ? ORDER BY p.id LIMIT ?

-- name: payouts_of_customer
SELECT {{payout_row}} FROM payouts p FORCE INDEX (payouts_user) {{payout_joins}} WHERE p.user_id = ? ORDER BY p.id

-- fragment: payout_ids
JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j

-- Locks the payouts of a JSON array of ids, in its order, and changes nothing. MySQL cannot do it by
-- FOR UPDATE, which would concern the array too.
-- name: payouts_lock
UPDATE {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id SET p.announced = p.announced

-- Behind the lock.
-- name: payouts_standing
SELECT p.id, p.state, p.reference FROM {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id

-- name: payouts_settle
UPDATE {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id
SET p.state = ?, p.settled_at = ?, p.reference = ?, p.failure = ?, p.announced = 0

-- A payout that was paid although its cause is gone is taken back. Nothing is taken back from an
-- erased person.
-- name: payouts_reverse
INSERT INTO payouts (user_id, event_id, reverses, points, reason, due_at)
SELECT p.user_id, p.event_id, p.id, -p.points, p.reason, ?
FROM {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id STRAIGHT_JOIN users u ON u.id = p.user_id
WHERE u.state <> 'removed'

-- name: payouts_of_ids
SELECT {{payout_row}} FROM {{payout_ids}} STRAIGHT_JOIN payouts p FORCE INDEX (PRIMARY) ON p.id = j.id {{payout_joins}} ORDER BY p.id

-- name: payouts_failed
SELECT id FROM payouts FORCE INDEX (payouts_state) WHERE state = 'failed' ORDER BY id LIMIT ?

-- The cause is gone.
-- name: payout_is_paid
SELECT state = 'paid' AS is_paid FROM payouts WHERE id = ? FOR UPDATE

-- name: payout_cancel
UPDATE payouts SET state = 'cancelled', settled_at = ? WHERE id = ?

-- An erased person cannot be credited.
-- name: payouts_cancel_of_customer
UPDATE payouts SET state = 'cancelled', settled_at = ? WHERE user_id = ? AND state IN ('due', 'failed')

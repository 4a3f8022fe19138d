-- SPDX-License-Identifier: MIT
-- Payouts as staff see them. There is one query for each filter with an index, as for claims.

-- fragment: console_payout_joins
STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = p.event_id STRAIGHT_JOIN users u ON u.id = p.user_id

-- columns: console_payout_row
p.id, p.due_at, p.points, p.reason, e.name AS event_name, u.username, p.state, p.settled_at, p.reference, p.failure,
  u.id AS user_id, u.subject, e.slug, p.claim_id, p.reverses, p.due_at AS due_local

-- name: console_payouts
SELECT {{console_payout_row}}
FROM payouts p FORCE INDEX (PRIMARY) {{console_payout_joins}} WHERE p.id < ? ORDER BY p.id DESC LIMIT ?

-- name: console_payouts_in_state
SELECT {{console_payout_row}}
FROM payouts p FORCE INDEX (payouts_state) {{console_payout_joins}} WHERE p.state = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?

-- The customers of a subject, a number or a whole name; a common name finds a hundred of them.
-- fragment: console_payees
((SELECT u.id FROM issuers i JOIN users u ON u.issuer_id = i.id AND u.subject = ?)
  UNION (SELECT u.id FROM users u WHERE u.id = ?)
  UNION (SELECT u.id FROM users u FORCE INDEX (users_username) WHERE u.username = ? ORDER BY u.id LIMIT 100)) w

-- One customer has few: the state skips the rest.
-- name: console_payouts_of_customer
SELECT {{console_payout_row}}
FROM {{console_payees}} STRAIGHT_JOIN payouts p FORCE INDEX (payouts_user) ON p.user_id = w.id {{console_payout_joins}}
WHERE (? IS NULL OR p.state = ?) AND p.id < ? ORDER BY p.id DESC LIMIT ?

-- The oldest first.
-- name: console_payouts_oldest
SELECT {{console_payout_row}}
FROM payouts p FORCE INDEX (PRIMARY) {{console_payout_joins}} WHERE p.id > ? ORDER BY p.id LIMIT ?

-- name: console_payouts_in_state_oldest
SELECT {{console_payout_row}}
FROM payouts p FORCE INDEX (payouts_state) {{console_payout_joins}} WHERE p.state = ? AND p.id > ? ORDER BY p.id LIMIT ?

-- name: console_payouts_of_customer_oldest
SELECT {{console_payout_row}}
FROM {{console_payees}} STRAIGHT_JOIN payouts p FORCE INDEX (payouts_user) ON p.user_id = w.id {{console_payout_joins}}
WHERE (? IS NULL OR p.state = ?) AND p.id > ? ORDER BY p.id LIMIT ?

-- name: console_payout
SELECT {{console_payout_row}}, (SELECT r.id FROM payouts r WHERE r.reverses = p.id) AS reversed_by
FROM payouts p {{console_payout_joins}} WHERE p.id = ?

-- name: console_payouts_have_failed
SELECT EXISTS (SELECT 1 FROM payouts p WHERE p.state = 'failed') AS have_failed

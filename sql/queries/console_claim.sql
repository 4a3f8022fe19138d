-- SPDX-License-Identifier: MIT
-- Claims as staff see them. There is one query for each filter with an index, so that none reads
-- more rows than it shows. The claims come first and no other table is read completely; otherwise
-- the server might sort all of them.

-- fragment: console_claim_joins
STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = c.event_id STRAIGHT_JOIN users u ON u.id = c.user_id

-- columns: console_claim_row
c.id, c.claimed_at, c.product_name, c.kind, e.name AS event_name, u.username, c.state, c.tracking, u.id AS user_id, c.points,
  e.slug, u.subject, (SELECT m.at FROM milestones m WHERE m.id = c.milestone_id) AS at, c.claimed_at AS claimed_local,
  IF(EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id), 'yes', 'no') AS has_address

-- name: console_claims
SELECT {{console_claim_row}}
FROM claims c {{console_claim_joins}}
WHERE c.id < ? ORDER BY c.id DESC LIMIT ?;

-- name: console_claims_of_event
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_event) {{console_claim_joins}}
WHERE c.event_id = (SELECT id FROM events WHERE slug = ?) AND (? IS NULL OR c.product_id = ?) AND c.id < ?
ORDER BY c.id DESC LIMIT ?;

-- name: console_claims_of_event_in_state
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_event_state) {{console_claim_joins}}
WHERE c.event_id = (SELECT id FROM events WHERE slug = ?) AND (? IS NULL OR c.product_id = ?) AND c.state = ? AND c.id < ?
ORDER BY c.id DESC LIMIT ?;

-- One index lookup for each state.
-- name: console_claims_of_product
SELECT {{console_claim_row}}
FROM ((SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'claimed' AND id < ? ORDER BY id DESC LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'preparing' AND id < ? ORDER BY id DESC LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'shipped' AND id < ? ORDER BY id DESC LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'delivered' AND id < ? ORDER BY id DESC LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'cancelled' AND id < ? ORDER BY id DESC LIMIT ?)) p
  STRAIGHT_JOIN claims c ON c.id = p.id {{console_claim_joins}}
ORDER BY c.id DESC LIMIT ?;

-- name: console_claims_of_product_in_state
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_product) {{console_claim_joins}}
WHERE c.product_id = ? AND c.state = ? AND (? IS NULL OR c.event_id = (SELECT id FROM events WHERE slug = ?)) AND c.id < ? ORDER BY c.id DESC LIMIT ?;

-- name: console_claims_in_state
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_in_state) {{console_claim_joins}}
WHERE c.state = ? AND c.id < ? ORDER BY c.id DESC LIMIT ?;

-- One customer has few: the other filters skip the rest.
-- name: console_claims_of_customer
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_once) {{console_claim_joins}}
WHERE c.user_id = ? AND (? IS NULL OR e.slug = ?) AND (? IS NULL OR c.product_id = ?) AND (? IS NULL OR c.state = ?) AND c.id < ?
ORDER BY c.id DESC LIMIT ?;

-- The oldest first, for staff who ship in the order of claims.
-- name: console_claims_oldest
SELECT {{console_claim_row}}
FROM claims c {{console_claim_joins}}
WHERE c.id > ? ORDER BY c.id LIMIT ?;

-- name: console_claims_of_event_oldest
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_event) {{console_claim_joins}}
WHERE c.event_id = (SELECT id FROM events WHERE slug = ?) AND (? IS NULL OR c.product_id = ?) AND c.id > ?
ORDER BY c.id LIMIT ?;

-- name: console_claims_of_event_in_state_oldest
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_event_state) {{console_claim_joins}}
WHERE c.event_id = (SELECT id FROM events WHERE slug = ?) AND (? IS NULL OR c.product_id = ?) AND c.state = ? AND c.id > ?
ORDER BY c.id LIMIT ?;

-- name: console_claims_of_product_oldest
SELECT {{console_claim_row}}
FROM ((SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'claimed' AND id > ? ORDER BY id LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'preparing' AND id > ? ORDER BY id LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'shipped' AND id > ? ORDER BY id LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'delivered' AND id > ? ORDER BY id LIMIT ?)
  UNION ALL (SELECT id FROM claims FORCE INDEX (claims_product) WHERE product_id = ? AND state = 'cancelled' AND id > ? ORDER BY id LIMIT ?)) p
  STRAIGHT_JOIN claims c ON c.id = p.id {{console_claim_joins}}
ORDER BY c.id LIMIT ?;

-- name: console_claims_of_product_in_state_oldest
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_product) {{console_claim_joins}}
WHERE c.product_id = ? AND c.state = ? AND (? IS NULL OR c.event_id = (SELECT id FROM events WHERE slug = ?)) AND c.id > ? ORDER BY c.id LIMIT ?;

-- name: console_claims_in_state_oldest
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_in_state) {{console_claim_joins}}
WHERE c.state = ? AND c.id > ? ORDER BY c.id LIMIT ?;

-- name: console_claims_of_customer_oldest
SELECT {{console_claim_row}}
FROM claims c FORCE INDEX (claims_once) {{console_claim_joins}}
WHERE c.user_id = ? AND (? IS NULL OR e.slug = ?) AND (? IS NULL OR c.product_id = ?) AND (? IS NULL OR c.state = ?) AND c.id > ?
ORDER BY c.id LIMIT ?;

-- name: console_claim
SELECT c.id, e.slug, e.name AS event_name, u.id AS user_id, u.username, c.product_id, c.product_name, c.kind, c.points, c.state, c.claimed_at, c.coupon IS NOT NULL AS has_coupon, c.tracking,
  c.round, c.another_round, {{balance}} AS balance, m.at, {{claim_payout}} AS payout
FROM claims c JOIN events e ON e.id = c.event_id JOIN users u ON u.id = c.user_id LEFT JOIN milestones m ON m.id = c.milestone_id WHERE c.id = ?;

-- See address_to_ship.
-- name: console_to_ship
SELECT c.id, c.product_name, u.username, u.id AS user_id, IF(EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id), 'yes', 'no') AS has_address, c.state, c.claimed_at
FROM products p STRAIGHT_JOIN claims c FORCE INDEX (claims_product) ON c.product_id = p.id AND c.state IN ('claimed', 'preparing')
  STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE p.kind = 'item' AND c.kind = 'item' AND c.id > ? ORDER BY c.id LIMIT ?;

-- name: console_claim_parcel
SELECT c.product_name, c.kind, c.state, c.user_id, u.username, EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id) AS has_address
FROM claims c JOIN users u ON u.id = c.user_id WHERE c.id = ?;

-- name: console_claim_history
SELECT a.id, a.at, {{actor_name}}, a.action, a.before_change, a.after_change
FROM audit_entries a WHERE a.subject = 'claim' AND a.subject_id = ? ORDER BY a.id DESC LIMIT 100;

-- name: console_claim_lock
SELECT event_id, product_id, state, kind, product_name, points, (SELECT y.id FROM payouts y WHERE y.claim_id = claims.id) AS payout_id FROM claims WHERE id = ? FOR UPDATE;

-- name: console_claim_cancel
UPDATE claims SET state = 'cancelled', another_round = ? WHERE id = ?;

-- Only for a limited stock.
-- name: console_stock_movement_back
INSERT INTO stock_movements (product_id, delta, source, reference, at)
SELECT id, 1, 'cancellation', ?, ? FROM products WHERE id = ? AND remain IS NOT NULL;

-- name: console_stock_back
UPDATE products SET remain = remain + 1 WHERE id = ? AND remain IS NOT NULL;

-- name: console_event_options
SELECT slug AS value, name AS label FROM events ORDER BY id DESC LIMIT 500;

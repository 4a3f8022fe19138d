-- SPDX-License-Identifier: MIT
-- Claims of items from an address of many customers: staff review them before they ship. The flag
-- is computed on request from the hashes that still exist.

-- name: review_of_claim
SELECT c.reviewed_at IS NOT NULL AS is_reviewed, EXISTS (SELECT 1 FROM claim_rechecks r WHERE r.claim_id = c.id) AS has_lost_day, e.review_customers, c.state IN ('claimed', 'preparing') AS is_open,
  (SELECT COUNT(DISTINCT o.user_id) FROM claims o FORCE INDEX (claims_client) WHERE o.client_hash = c.client_hash AND o.product_id = c.product_id) AS customers
FROM claims c JOIN events e ON e.id = c.event_id WHERE c.id = ?;

-- name: review_note
UPDATE claims SET reviewed_at = ? WHERE id = ? AND reviewed_at IS NULL;

-- Claims that wait for the same review as a claim.
-- name: review_others
SELECT o.id FROM claims c JOIN claims o FORCE INDEX (claims_client) ON o.client_hash = c.client_hash AND o.product_id = c.product_id AND o.event_id = c.event_id
WHERE c.id = ? AND o.id <> c.id AND o.reviewed_at IS NULL AND o.state IN ('claimed', 'preparing') ORDER BY o.id LIMIT 500;

-- The existing hashes are of the last weeks; few are shared. Few claims have lost a day.
-- fragment: claims_to_review
FROM (SELECT c.id FROM (SELECT client_hash, product_id, COUNT(DISTINCT user_id) AS customers FROM claims FORCE INDEX (claims_client)
      WHERE client_hash IS NOT NULL GROUP BY client_hash, product_id HAVING COUNT(DISTINCT user_id) > 1) g
    STRAIGHT_JOIN claims c FORCE INDEX (claims_client) ON c.client_hash = g.client_hash AND c.product_id = g.product_id
    STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = c.event_id AND e.review_customers > 0 AND g.customers >= e.review_customers
    WHERE c.reviewed_at IS NULL
    UNION SELECT claim_id FROM claim_rechecks) f
  STRAIGHT_JOIN claims c FORCE INDEX (PRIMARY) ON c.id = f.id
  STRAIGHT_JOIN events e FORCE INDEX (PRIMARY) ON e.id = c.event_id
  STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE c.reviewed_at IS NULL AND c.state IN ('claimed', 'preparing') AND (? IS NULL OR e.slug = ?) AND (? IS NULL OR c.product_id = ?)
  AND (? IS NULL OR c.state = ?)

-- name: console_claims_to_review
SELECT {{console_claim_row}}
{{claims_to_review}} AND c.id < ?
ORDER BY c.id DESC LIMIT ?;

-- name: console_claims_to_review_oldest
SELECT {{console_claim_row}}
{{claims_to_review}} AND c.id > ?
ORDER BY c.id LIMIT ?;

-- SPDX-License-Identifier: MIT
-- Delivery addresses of claimed items.

-- name: address_claim
SELECT user_id, kind, state FROM claims WHERE id = ?;

-- name: address_put
INSERT INTO claim_addresses (claim_id, user_id, sealed, consented_at, received_ms) VALUES (?, ?, ?, ?, ?)
ON DUPLICATE KEY UPDATE sealed = ?, consented_at = ?, received_ms = ?;

-- name: address_last
SELECT sealed, received_ms FROM claim_addresses WHERE claim_id = ?;

-- What is due to be erased counts as erased, whether or not the notifier has deleted it.
-- name: address_read
SELECT sealed FROM claim_addresses WHERE claim_id = ? AND (erase_at IS NULL OR erase_at > ?);

-- Goods that wait to be shipped, the oldest first. Each product's open claims are one range of an
-- index.
-- name: address_to_ship
SELECT c.id, c.product_name, a.sealed
FROM products p STRAIGHT_JOIN claims c FORCE INDEX (claims_product) ON c.product_id = p.id AND c.state IN ('claimed', 'preparing')
  STRAIGHT_JOIN claim_addresses a ON a.claim_id = c.id
WHERE p.kind = 'item' AND c.kind = 'item' AND (a.erase_at IS NULL OR a.erase_at > ?) ORDER BY c.id LIMIT 500;

-- name: address_of_user
SELECT claim_id, sealed, consented_at FROM claim_addresses WHERE user_id = ? AND (erase_at IS NULL OR erase_at > ?) ORDER BY claim_id;

-- A claim that is cancelled after its delivery keeps the earlier date.
-- name: address_set_erasure
UPDATE claim_addresses SET erase_at = ? WHERE claim_id = ? AND erase_at IS NULL;

-- name: address_erase_user
DELETE FROM claim_addresses WHERE user_id = ?;

-- SPDX-License-Identifier: MIT
-- Codes of coupon products. The product's row is locked while one is given, so nobody waits here.

-- name: coupon_insert
INSERT INTO coupon_codes (product_id, code) VALUES (?, ?);

-- name: coupon_give
UPDATE coupon_codes SET claim_id = ? WHERE product_id = ? AND claim_id IS NULL ORDER BY id LIMIT 1;

-- name: coupon_given
SELECT code FROM coupon_codes WHERE claim_id = ?;

-- name: coupon_note
UPDATE claims SET coupon = ? WHERE id = ?;

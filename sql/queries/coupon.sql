-- SPDX-License-Identifier: MIT
-- Codes of coupon products. The product's row is locked while a code is assigned, so nobody waits
-- here.

-- A list is one JSON document with the codes' bytes in hex.
-- name: coupon_known
SELECT c.code
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (code VARCHAR(380) PATH '$')) r STRAIGHT_JOIN coupon_codes c ON c.code = UNHEX(r.code);

-- name: coupon_insert_list
INSERT INTO coupon_codes (product_id, code)
SELECT ?, UNHEX(r.code)
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (place FOR ORDINALITY, code VARCHAR(380) PATH '$')) r ORDER BY r.place;

-- name: coupon_give
UPDATE coupon_codes SET claim_id = ? WHERE product_id = ? AND claim_id IS NULL ORDER BY id LIMIT 1;

-- name: coupon_given
SELECT code FROM coupon_codes WHERE claim_id = ?;

-- name: coupon_of_claim
SELECT coupon FROM claims WHERE id = ? AND coupon IS NOT NULL;

-- name: coupon_note
UPDATE claims SET coupon = ? WHERE id = ?;

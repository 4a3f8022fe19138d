-- SPDX-License-Identifier: MIT
-- Stock: changes by staff, shop and command line. The claim's own update stands in claim.sql.

-- name: stock_of_product
SELECT name, remain, kind FROM products WHERE id = ?;

-- name: stock_movement_insert
INSERT INTO stock_movements (product_id, delta, source, reference, reason, at) VALUES (?, ?, ?, ?, ?, ?);

-- What a change by hand left.
-- name: stock_movement_note
UPDATE stock_movements SET remain = ? WHERE id = ?;

-- With what was left after it: a repeated change gets the first answer again. Of those of before 0.2.0 that is worked out, which claims that were
-- on their way can have made too little.
-- name: stock_movement_of_reference
SELECT m.id, m.product_id, m.delta, m.reason,
  COALESCE(m.remain, GREATEST(0, p.remain - COALESCE((SELECT SUM(n.delta) FROM stock_movements n WHERE n.product_id = m.product_id AND n.id > m.id), 0)))
FROM stock_movements m JOIN products p ON p.id = m.product_id WHERE m.source = ? AND m.reference = ?;

-- remain comes last, so that the alerts look at the old value whichever way the server orders assignments.
-- A change that leaves little alerts again even if there was little before: someone looked at it and should know.
-- name: stock_update
UPDATE products SET
  low_alerts = low_alerts + (threshold IS NOT NULL AND remain + ? <= threshold),
  sold_out_alerts = sold_out_alerts + (remain + ? = 0),
  remain = remain + ?
WHERE id = ? AND remain IS NOT NULL AND remain + ? BETWEEN 0 AND ?;

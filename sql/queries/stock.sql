-- SPDX-License-Identifier: MIT
-- Stock: changes by staff, shop and dojangctl. The update of a claim is in claim.sql.

-- name: stock_of_product
SELECT name, remain, kind FROM products WHERE id = ?;

-- name: stock_movement_insert
INSERT INTO stock_movements (product_id, delta, source, reference, reason, at) VALUES (?, ?, ?, ?, ?, ?);

-- The stock after a change by hand.
-- name: stock_movement_note
UPDATE stock_movements SET remain = ? WHERE id = ?;

-- With the stock after it, so that a repeated change gets the first answer again. For changes
-- before 0.2.0 it is computed, and concurrent claims can make it too low.
-- name: stock_movement_of_reference
SELECT m.id, m.product_id, m.delta, m.reason,
  COALESCE(m.remain, GREATEST(0, p.remain - COALESCE((SELECT SUM(n.delta) FROM stock_movements n WHERE n.product_id = m.product_id AND n.id > m.id), 0))) AS remain
FROM stock_movements m JOIN products p ON p.id = m.product_id WHERE m.source = ? AND m.reference = ?;

-- remain is assigned last, so that the alerts see the old value in any order of evaluation. A
-- change that leaves little alerts again even if there was little before: the person should know.
-- name: stock_update
UPDATE products SET
  low_alerts = low_alerts + (threshold IS NOT NULL AND remain + ? <= threshold),
  sold_out_alerts = sold_out_alerts + (remain + ? = 0),
  remain = remain + ?
WHERE id = ? AND remain IS NOT NULL AND remain + ? BETWEEN 0 AND ?;

-- For /metrics.
-- name: metrics_stock
SELECT id, remain, threshold FROM products WHERE remain IS NOT NULL ORDER BY id DESC LIMIT 500;

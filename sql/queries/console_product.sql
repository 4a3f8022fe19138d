-- SPDX-License-Identifier: MIT
-- Products and their stock as staff see them.

-- name: console_products
SELECT id, name, kind, points, remain, threshold,
  CASE WHEN remain = 0 THEN 'sold_out' WHEN remain <= threshold THEN 'low' WHEN remain IS NULL THEN 'unlimited' ELSE 'enough' END
FROM products WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: console_product_movements
SELECT id, at, delta, source, reason, IF(source IN ('claim', 'cancellation'), CAST(reference AS UNSIGNED), NULL)
FROM stock_movements WHERE product_id = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_product_events
SELECT e.id, e.name, e.slug, m.at, e.state FROM milestones m JOIN events e ON e.id = m.event_id WHERE m.product_id = ? ORDER BY e.id DESC, m.at LIMIT 100;

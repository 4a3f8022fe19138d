-- SPDX-License-Identifier: MIT
-- Products and their stock as staff see them.

-- fragment: stock_state
CASE WHEN retired_at IS NOT NULL THEN 'retired' WHEN remain = 0 THEN 'sold_out' WHEN remain <= threshold THEN 'low' WHEN remain IS NULL THEN 'unlimited' ELSE 'enough' END

-- columns: console_product_row
id, name, kind, points, remain, threshold, {{stock_state}} AS stock_state, COALESCE(remain, 2147483648) AS stock_left

-- Retired products only when they are asked for.
-- fragment: console_products_wanted
(? IS NULL OR kind = ?) AND IF(? IS NULL, retired_at IS NULL, ? = {{stock_state}})

-- name: console_products
SELECT {{console_product_row}}
  FROM products WHERE {{console_products_wanted}}
  AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_products_by_name
(SELECT {{console_product_row}}
  FROM products FORCE INDEX (products_name) WHERE {{console_products_wanted}}
  AND name = ? AND id > ? ORDER BY id LIMIT ?)
UNION ALL
(SELECT {{console_product_row}}
  FROM products FORCE INDEX (products_name) WHERE {{console_products_wanted}}
  AND name > ? ORDER BY name, id LIMIT ?)
ORDER BY name, id LIMIT ?;

-- The scarcest first, unlimited ones last. All products are read: there are few, and an index on
-- the stock would slow every claim.
-- name: console_products_by_stock
(SELECT {{console_product_row}}
  FROM products WHERE {{console_products_wanted}}
  AND COALESCE(remain, 2147483648) = ? AND id > ? ORDER BY id LIMIT ?)
UNION ALL
(SELECT {{console_product_row}}
  FROM products WHERE {{console_products_wanted}}
  AND COALESCE(remain, 2147483648) > ? ORDER BY stock_left, id LIMIT ?)
ORDER BY stock_left, id LIMIT ?;

-- The page computes the stock after each movement, from the present stock.
-- name: console_product_movements
SELECT id, at, delta, CAST(NULL AS SIGNED) AS stock_after, source, reason, IF(source IN ('claim', 'cancellation'), CAST(reference AS UNSIGNED), NULL) AS claim_id
FROM stock_movements WHERE product_id = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_product_moved_since
SELECT CAST(COALESCE(SUM(delta), 0) AS SIGNED) AS total FROM stock_movements WHERE product_id = ? AND id > ?;

-- name: console_product_events
SELECT e.id, e.name, e.slug, m.at, e.starts_on, e.ends_on, e.state, e.time_zone FROM milestones m JOIN events e ON e.id = m.event_id WHERE m.product_id = ? ORDER BY e.id DESC, m.at LIMIT 100;

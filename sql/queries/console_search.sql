-- SPDX-License-Identifier: MIT
-- The search of the console: a few rows of each kind, by indexes or from small tables.

-- name: console_search_customers
(SELECT u.id, u.username, u.subject, u.state FROM issuers i JOIN users u ON u.issuer_id = i.id AND u.subject = ? ORDER BY u.id LIMIT 10)
UNION
(SELECT u.id, u.username, u.subject, u.state FROM users u WHERE u.id = ?)
UNION
(SELECT u.id, u.username, u.subject, u.state FROM users u FORCE INDEX (users_username) WHERE u.username LIKE ? ORDER BY u.username, u.id LIMIT 10);

-- Tracking numbers have no index: the latest claims of two states are compared.
-- name: console_search_claims
SELECT c.id, c.product_name, u.username, u.id AS user_id, c.kind, c.state, c.tracking, c.claimed_at
FROM ((SELECT id FROM claims WHERE id = ?)
  UNION (SELECT id FROM (SELECT id, tracking FROM claims FORCE INDEX (claims_in_state) WHERE state = 'shipped' ORDER BY id DESC LIMIT 2000) s WHERE s.tracking = ?)
  UNION (SELECT id FROM (SELECT id, tracking FROM claims FORCE INDEX (claims_in_state) WHERE state = 'delivered' ORDER BY id DESC LIMIT 2000) d WHERE d.tracking = ?)) f
  JOIN claims c ON c.id = f.id JOIN users u ON u.id = c.user_id ORDER BY c.id DESC LIMIT 10;

-- name: console_search_products
SELECT id, name, kind, remain FROM products WHERE name LIKE ? ORDER BY id DESC LIMIT 10;

-- name: console_search_events
SELECT id, name, slug, starts_on, ends_on, state, time_zone FROM events WHERE slug = ? OR name LIKE ? ORDER BY id DESC LIMIT 10;

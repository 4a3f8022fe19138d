-- SPDX-License-Identifier: MIT
-- Changes of events, products and milestones by staff and by the command line. Whoever changes an event, its milestones or a product
-- they show lets events.version grow first: the row's lock puts such changes in an order.

-- name: edit_event_insert
INSERT INTO events (slug, name, description, image, terms, mode, time_zone, starts_on, ends_on, state, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: edit_event_touch
UPDATE events SET version = version + 1 WHERE slug = ?;

-- name: edit_event_of_slug
SELECT id, time_zone, starts_on, ends_on, state FROM events WHERE slug = ?;

-- name: edit_event_open
UPDATE events SET state = 'open' WHERE id = ? AND state = 'draft';

-- name: edit_event_list
SELECT id, slug, name, mode, time_zone, starts_on, ends_on, state FROM events ORDER BY starts_on, id;

-- name: edit_product_insert
INSERT INTO products (name, kind, points, image, tax_note, remain, threshold, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: edit_product_exists
SELECT 1 FROM products WHERE id = ?;

-- name: edit_product_list
SELECT id, name, kind, points, remain, threshold FROM products ORDER BY id;

-- name: edit_milestone_same
SELECT id FROM milestones WHERE event_id = ? AND at = ? AND product_id = ?;

-- name: edit_milestone_insert
INSERT INTO milestones (event_id, at, product_id, claim_until, earned_from) VALUES (?, ?, ?, ?, ?);

-- name: edit_milestone_list
SELECT m.id, m.at, m.product_id, p.name, m.claim_until, m.earned_from FROM milestones m JOIN products p ON p.id = m.product_id
WHERE m.event_id = ? ORDER BY m.at, m.id;

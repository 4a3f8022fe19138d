-- SPDX-License-Identifier: MIT
-- Changes of events, products and milestones by staff and by dojangctl. A change of an event, its
-- milestones or their products first increments events.version: the row lock serializes such
-- changes.

-- name: edit_event_insert
INSERT INTO events (slug, name, description, image, terms, mode, time_zone, starts_on, ends_on, state, created_at, is_public, freezes, freeze_every, makeups,
  makeup_back, makeup_price, makeup_pays)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?);

-- name: edit_event_touch
UPDATE events SET version = version + 1 WHERE slug = ?;

-- name: edit_event_of_slug
SELECT id, time_zone, starts_on, ends_on, state, mode, archived_at IS NOT NULL AS is_archived, pays_check_ins, freezes, freeze_every FROM events WHERE slug = ?;

-- Adding or removing days locks the event, so that archiving starts before or after, never in
-- between.
-- name: edit_event_hold
SELECT archived_at IS NOT NULL AS is_archived FROM events WHERE id = ? LOCK IN SHARE MODE;

-- name: edit_event_open
UPDATE events SET state = 'open' WHERE id = ? AND state = 'draft';

-- name: edit_event_list
SELECT id, slug, name, mode, time_zone, starts_on, ends_on, state FROM events ORDER BY starts_on, id;

-- name: edit_product_insert
INSERT INTO products (name, kind, points, wallet, expires, expires_after, image, tax_note, remain, threshold, low_alerts, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: edit_product_exists
SELECT 1 AS found FROM products WHERE id = ?;

-- name: edit_product_usable
SELECT id FROM products WHERE id = ? AND retired_at IS NULL;

-- name: edit_product_list
SELECT id, name, kind, points, wallet, expires, expires_after, remain, threshold, retired_at FROM products WHERE ? = 1 OR retired_at IS NULL ORDER BY id;

-- name: edit_milestone_same
SELECT m.id FROM milestones m JOIN events e ON e.id = m.event_id
WHERE m.event_id = ? AND m.at = ? AND m.product_id = ? AND {{milestone_basis}} = COALESCE(?, IF(e.mode = 'consecutive', 'streak', 'count'));

-- name: edit_milestone_insert
INSERT INTO milestones (event_id, at, product_id, claim_until, earned_from, basis) VALUES (?, ?, ?, ?, ?, ?);

-- name: edit_milestone_list
SELECT m.id, m.at, m.product_id, p.name, m.claim_until, m.earned_from, {{milestone_basis}} AS basis
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id
WHERE m.event_id = ? ORDER BY m.at, m.id;

-- name: edit_event_record
SELECT id, slug, name, description, image, terms, mode, time_zone, starts_on, ends_on, state, archived_at IS NOT NULL AS is_archived FROM events WHERE slug = ?;

-- name: edit_event_update
UPDATE events SET name = ?, description = ?, image = ?, terms = ?, mode = ?, time_zone = ?, starts_on = ?, ends_on = ? WHERE id = ?;

-- A day that would be outside the event.
-- name: edit_event_day_outside
SELECT date FROM attendance WHERE event_id = ? AND (date < ? OR date > ?) ORDER BY date LIMIT 1;

-- name: edit_milestone_deadlines
SELECT id, claim_until FROM milestones WHERE event_id = ? AND claim_until IS NOT NULL ORDER BY id;

-- name: edit_milestone_set_deadline
UPDATE milestones SET claim_until = ? WHERE id = ?;

-- name: edit_milestone_find
SELECT m.at, m.claim_until, m.basis, p.name FROM milestones m JOIN products p ON p.id = m.product_id WHERE m.id = ? AND m.event_id = ?;

-- name: edit_milestone_update
UPDATE milestones SET at = ?, claim_until = ?, basis = ? WHERE id = ?;

-- name: edit_milestone_delete
DELETE FROM milestones WHERE id = ?;

-- name: edit_product_record
SELECT name, image, tax_note, kind, points, wallet, expires, expires_after, remain, threshold, retired_at FROM products WHERE id = ?;

-- Raising the threshold to the current stock or above alerts: claims only notice when the stock
-- comes down to it. It is the last assignment, as in stock_update.
-- name: edit_product_update
UPDATE products SET name = ?, image = ?, tax_note = ?,
  low_alerts = low_alerts + COALESCE(remain BETWEEN 1 AND ? AND (threshold IS NULL OR threshold < remain), 0),
  threshold = ? WHERE id = ?;

-- name: edit_product_retire
UPDATE products SET retired_at = ? WHERE id = ?;

-- Cached events that show the product become outdated.
-- name: edit_product_touch_events
UPDATE events SET version = version + 1 WHERE id IN (SELECT event_id FROM milestones WHERE product_id = ?);

-- name: edit_event_copy_milestones
INSERT INTO milestones (event_id, at, product_id, basis) SELECT ?, m.at, m.product_id, m.basis FROM milestones m JOIN products p ON p.id = m.product_id AND p.retired_at IS NULL
WHERE m.event_id = ? ORDER BY m.at, m.id;

-- name: edit_event_milestone_ids
SELECT id, at, product_id, basis FROM milestones WHERE event_id = ? ORDER BY id;

-- name: edit_event_options_read
SELECT e.id, {{event_options}} FROM events e WHERE e.slug = ?;

-- name: edit_event_options_write
UPDATE events SET needs_email = ?, needs_phone = ?, needs_account_days = ?, excludes_staff = ?, review_customers = ?, closing_hours = ?, is_public = ?, stamped_by = ?, shop_days_back = ?, freezes = ?, freeze_every = ?,
  makeups = ?, makeup_back = ?, makeup_price = ?, makeup_pays = ? WHERE id = ?;

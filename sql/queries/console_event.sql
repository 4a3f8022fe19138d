-- SPDX-License-Identifier: MIT
-- Events as staff see them: drafts too. Newest first.

-- name: console_events
SELECT id, name, slug, mode, starts_on, ends_on, state FROM events WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: console_event_milestones
SELECT m.id, m.at, p.name, p.kind, p.points, p.remain, m.claim_until, m.earned_from, p.id
FROM milestones m JOIN products p ON p.id = m.product_id WHERE m.event_id = ? ORDER BY m.at, m.id;

-- name: console_product_options
SELECT id, name FROM products ORDER BY id DESC LIMIT 500;

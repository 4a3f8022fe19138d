-- SPDX-License-Identifier: MIT
-- Events as staff see them, including drafts, newest first.

-- columns: console_event_row
id, name, slug, mode, starts_on, ends_on, state, time_zone

-- name: console_events
SELECT {{console_event_row}} FROM events WHERE (? IS NULL OR state = ?) AND id < ? ORDER BY id DESC LIMIT ?;

-- name: console_events_by_start
(SELECT {{console_event_row}} FROM events FORCE INDEX (events_starts_on)
  WHERE (? IS NULL OR state = ?) AND starts_on = ? AND id < ? ORDER BY id DESC LIMIT ?)
UNION ALL
(SELECT {{console_event_row}} FROM events FORCE INDEX (events_starts_on)
  WHERE (? IS NULL OR state = ?) AND starts_on < ? ORDER BY starts_on DESC, id DESC LIMIT ?)
ORDER BY starts_on DESC, id DESC LIMIT ?;

-- name: console_outages
SELECT o.id, o.date, o.state, o.added, o.taken_back, o.reason, o.created_at FROM outages o
WHERE o.event_id = (SELECT id FROM events WHERE slug = ?) AND o.id < ? ORDER BY o.id DESC LIMIT ?;

-- name: console_event_milestones
SELECT m.id, m.at, {{milestone_basis}} AS basis, p.name, p.kind, p.points, p.remain, m.claim_until, m.earned_from, p.id AS product_id
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id WHERE m.event_id = ? ORDER BY m.at, m.id;

-- name: console_product_options
SELECT CONCAT(id, '') AS value, name AS label FROM products WHERE retired_at IS NULL ORDER BY id DESC LIMIT 500;

-- SPDX-License-Identifier: MIT
-- Days on which the service was down. Each batch locks the outage first, so that one process works
-- at a time, and then the customers, like every correction of days.

-- name: outage_insert
INSERT INTO outages (event_id, date, reason, actor, created_at) VALUES (?, ?, ?, ?, ?);

-- An outage that was planned or undone may be planned again.
-- name: outage_plan_again
UPDATE outages SET state = 'planned', reason = ?, position = 0, is_counted = 0, expected = 0, actor = ?
WHERE event_id = ? AND date = ? AND state IN ('planned', 'undone');

-- name: outage_of_day
SELECT id FROM outages WHERE event_id = ? AND date = ?;

-- name: outage_read
SELECT o.id, o.event_id, e.slug, e.name, e.time_zone, o.date, o.reason, o.state, o.position, o.is_counted, o.expected, o.added, o.taken_back,
  (SELECT MAX(id) FROM users) AS last_user_id
FROM outages o JOIN events e ON e.id = o.event_id WHERE o.id = ?;

-- name: outage_lock
SELECT event_id, date, reason, state, position, added, taken_back, actor FROM outages WHERE id = ? FOR UPDATE;

-- name: outage_begin
UPDATE outages SET state = ?, position = 0, added = ?, taken_back = 0, actor = ?
WHERE id = ?;

-- The last customer of the next batch.
-- name: outage_batch_end
SELECT MAX(id) AS last_id, COUNT(*) AS total FROM (SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?) batch;

-- Customers who checked in on the day before or after, and have no row for the day itself.
-- fragment: outage_customers
u.id > ? AND u.id <= ? AND u.state <> 'removed'
  AND (EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = ? AND a.user_id = u.id AND a.date = ?)
    OR EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = ? AND a.user_id = u.id AND a.date = ?))
  AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = ? AND a.user_id = u.id AND a.date = ?)

-- name: outage_count
SELECT COUNT(*) AS total FROM users u
WHERE {{outage_customers}};

-- name: outage_lock_users
SELECT u.id FROM users u
WHERE {{outage_customers}}
ORDER BY u.id FOR UPDATE;

-- Customers who are created after the lock are not waited for. A row that is inserted meanwhile (an
-- import) is refused by the primary key, and the batch starts again.
-- name: outage_add_days
INSERT INTO attendance (event_id, user_id, date, at, source)
SELECT o.event_id, u.id, o.date, ?, 'outage' FROM outages o JOIN users u
WHERE o.id = ? AND {{outage_customers}};

-- name: outage_lock_counted
SELECT u.id FROM users u
WHERE u.id > ? AND u.id <= ? AND EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = ? AND a.user_id = u.id AND a.date = ? AND a.source = 'outage')
ORDER BY u.id FOR UPDATE;

-- name: outage_remove_days
DELETE a FROM users u STRAIGHT_JOIN attendance a ON a.event_id = ? AND a.user_id = u.id AND a.date = ?
WHERE u.id > ? AND u.id <= ? AND a.source = 'outage';

-- name: outage_note_count
UPDATE outages SET position = ?, is_counted = ?, expected = expected + ? WHERE id = ?;

-- name: outage_note_added
UPDATE outages SET position = ?, state = ?, added = added + ? WHERE id = ?;

-- name: outage_note_taken_back
UPDATE outages SET position = ?, state = ?, taken_back = taken_back + ?, undone_at = ? WHERE id = ?;

-- name: outage_list
SELECT id, date, state, added, taken_back, reason FROM outages WHERE event_id = (SELECT id FROM events WHERE slug = ?) ORDER BY date, id;

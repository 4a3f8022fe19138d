-- SPDX-License-Identifier: MIT
-- Check-ins. The cached event is only valid while its version is the same, so the insert compares
-- it.

-- One durable statement. Error 1062: already checked in. No row: the customer is not allowed, or
-- the version has changed. LAST_INSERT_ID returns the customer's id, so that the next statement
-- need not look it up.
-- name: attendance_insert
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, LAST_INSERT_ID(u.id), ?, ? FROM users u JOIN events e
WHERE u.issuer_id = ? AND u.subject = ? AND u.state = 'active' AND e.id = ? AND e.version = ? AND e.state = 'open'

-- The same for an event that excludes staff of the shop.
-- name: attendance_insert_excluding_staff
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, LAST_INSERT_ID(u.id), ?, ? FROM users u JOIN issuers i ON i.id = u.issuer_id JOIN events e
WHERE u.issuer_id = ? AND u.subject = ? AND u.state = 'active' AND e.id = ? AND e.version = ? AND e.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM excluded_users x WHERE x.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active')

-- Sources of days that are not check-ins.
-- fragment: given_sources
('staff', 'outage', 'shop', 'makeup')

-- A day added by staff, an outage or the shop's backend becomes a check-in when the customer checks
-- in on that day: it is no longer removed with the outage or the order.
-- name: attendance_adopt
UPDATE attendance SET source = 'check_in', at = ? WHERE event_id = ? AND user_id = ? AND date = ? AND source IN {{given_sources}}

-- A missed day that the customer adds later.
-- name: attendance_make_up
INSERT INTO attendance (event_id, user_id, date, at, source) VALUES (?, ?, ?, ?, 'makeup')

-- name: attendance_made_up
SELECT at FROM attendance WHERE event_id = ? AND user_id = ? AND date = ? AND source = 'makeup'

-- columns: attendance_row
a.date, a.at, u.id AS user_id, u.state = 'active' AS is_active, (SELECT version FROM events WHERE id = ? AND state = 'open') AS version,
  IF(a.source IN {{given_sources}}, a.at, NULL) AS given_at, a.source = 'makeup' AS is_made_up

-- At least one row for a known customer; without check-ins its date is NULL. The version is NULL
-- unless the event is open. It is a subquery, since a further table in the join would double the
-- optimizer's work.
-- name: attendance_of
SELECT {{attendance_row}}
FROM users u LEFT JOIN attendance a ON a.event_id = ? AND a.user_id = u.id
WHERE u.issuer_id = ? AND u.subject = ?

-- The same for a batch (ATTENDANCE_BATCH_MAX); when it is smaller, one customer is repeated.
-- name: attendance_of_many
SELECT {{attendance_row}}, u.subject
FROM users u LEFT JOIN attendance a ON a.event_id = ? AND a.user_id = u.id
WHERE u.issuer_id = ? AND u.subject IN (?, ?, ?, ?, ?, ?, ?, ?)

-- After it, for those who have not checked in yet. Error 1062: another request was faster.
-- name: attendance_insert_many
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, u.id, ?, ? FROM events e JOIN users u
WHERE e.id = ? AND e.version = ? AND e.state = 'open' AND u.id IN (?, ?, ?, ?, ?, ?, ?, ?) AND u.state = 'active'

-- The time is set for days that staff, an outage or the shop's backend added, and NULL for check-ins. Imported days
-- count as check-ins.
-- columns: attendance_day
date, IF(source IN {{given_sources}}, at, NULL) AS given_at, source = 'makeup' AS is_made_up

-- Directly after the insert, on the same connection.
-- name: attendance_dates_of_inserted
SELECT {{attendance_day}}, user_id FROM attendance WHERE event_id = ? AND user_id = LAST_INSERT_ID()

-- name: attendance_dates
SELECT {{attendance_day}} FROM attendance WHERE event_id = ? AND user_id = ?

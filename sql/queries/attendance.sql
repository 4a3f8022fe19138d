-- SPDX-License-Identifier: MIT
-- Check-ins. What a worker keeps of the event is good only while the version is the same: the insert itself looks.

-- One durable statement: 1062 is "already", no row is "not a customer that may, or another version of the event". LAST_INSERT_ID hands
-- the customer's id back with the answer, which spares the next statement to look for it.
-- name: attendance_insert
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, LAST_INSERT_ID(u.id), ?, ? FROM users u JOIN events e
WHERE u.issuer_id = ? AND u.subject = ? AND u.state = 'active' AND e.id = ? AND e.version = ? AND e.state = 'open'

-- The same where the event excludes those who belong to the shop.
-- name: attendance_insert_excluding_staff
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, LAST_INSERT_ID(u.id), ?, ? FROM users u JOIN issuers i ON i.id = u.issuer_id JOIN events e
WHERE u.issuer_id = ? AND u.subject = ? AND u.state = 'active' AND e.id = ? AND e.version = ? AND e.state = 'open'
  AND NOT EXISTS (SELECT 1 FROM excluded_users x WHERE x.user_id = u.id)
  AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.openid_issuer = i.iss AND s.openid_subject = u.subject AND s.state = 'active')

-- A day that an outage or staff gave becomes a check-in where its customer comes on that day: it is no longer taken back with the outage.
-- name: attendance_adopt
UPDATE attendance SET source = 'check_in', at = ? WHERE event_id = ? AND user_id = ? AND date = ? AND source IN ('staff', 'outage')

-- At least one row for a customer who is known: without check-ins its date is NULL. The version is NULL unless the event is open. It is
-- looked up on its own, since another table in the join would double what the optimizer has to do each time.
-- name: attendance_of
SELECT a.date, a.at, u.id, u.state = 'active', (SELECT version FROM events WHERE id = ? AND state = 'open'),
  IF(a.source IN ('staff', 'outage'), a.at, NULL)
FROM users u LEFT JOIN attendance a ON a.event_id = ? AND a.user_id = u.id
WHERE u.issuer_id = ? AND u.subject = ?

-- The same for as many as are served together (ATTENDANCE_TOGETHER_MAXIMUM); where they are fewer, one is named again and again.
-- name: attendance_of_many
SELECT a.date, a.at, u.id, u.state = 'active', (SELECT version FROM events WHERE id = ? AND state = 'open'),
  IF(a.source IN ('staff', 'outage'), a.at, NULL), u.subject
FROM users u LEFT JOIN attendance a ON a.event_id = ? AND a.user_id = u.id
WHERE u.issuer_id = ? AND u.subject IN (?, ?, ?, ?, ?, ?, ?, ?)

-- After it, for those who have not checked in yet. 1062: one of them has just now.
-- name: attendance_insert_many
INSERT INTO attendance (event_id, user_id, date, at)
SELECT e.id, u.id, ?, ? FROM events e JOIN users u
WHERE e.id = ? AND e.version = ? AND e.state = 'open' AND u.id IN (?, ?, ?, ?, ?, ?, ?, ?) AND u.state = 'active'

-- Right after the insert, on the same connection.
-- name: attendance_dates_of_inserted
SELECT date, user_id FROM attendance WHERE event_id = ? AND user_id = LAST_INSERT_ID()

-- The time is of days that are no check-ins: when staff or an outage gave them. What was imported counts as checked in.
-- name: attendance_dates
SELECT date, IF(source IN ('staff', 'outage'), at, NULL) FROM attendance WHERE event_id = ? AND user_id = ?

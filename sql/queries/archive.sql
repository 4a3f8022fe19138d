-- SPDX-License-Identifier: MIT
-- Moving the check-ins of events that are over: some customers at a time, each with all days of the
-- event.

-- name: archive_begin
UPDATE events SET archived_at = ? WHERE id = ? AND archived_at IS NULL;

-- Days are being added or removed right now.
-- name: archive_outages
SELECT 1 AS found FROM outages WHERE event_id = ? AND state IN ('applying', 'undoing');

-- The last customer of the next batch.
-- name: archive_next
SELECT MAX(user_id) AS last_id, COUNT(*) AS total FROM (SELECT user_id FROM attendance WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?) s
HAVING MAX(user_id) IS NOT NULL;

-- name: archive_copy
INSERT INTO attendance_archive (event_id, user_id, date, at, source)
SELECT event_id, user_id, date, at, source FROM attendance WHERE event_id = ? AND user_id > ? AND user_id <= ? ORDER BY user_id, date;

-- name: archive_remove
DELETE FROM attendance WHERE event_id = ? AND user_id > ? AND user_id <= ?;

-- name: archive_dates
SELECT {{attendance_day}} FROM attendance_archive WHERE event_id = ? AND user_id = ?;

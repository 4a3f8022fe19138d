-- SPDX-License-Identifier: MIT
-- The customers of an event, sorted for staff. participants is a cache, counted again in batches of
-- some thousand customers while somebody views it. Customers without a row of attendance are
-- removed from it.

-- columns: console_participant_row
{{console_customer_row}}, p.days, p.last_on

-- name: console_participants
SELECT {{console_participant_row}}
FROM participants p FORCE INDEX (PRIMARY) STRAIGHT_JOIN users u ON u.id = p.user_id
WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND p.user_id < ? ORDER BY p.user_id DESC LIMIT ?;

-- name: console_participants_by_days
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (participants_days) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND p.days = ? AND p.user_id < ? ORDER BY p.user_id DESC LIMIT ?)
UNION ALL
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (participants_days) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND p.days < ? ORDER BY p.days DESC, p.user_id DESC LIMIT ?)
ORDER BY days DESC, id DESC LIMIT ?;

-- name: console_participants_by_last
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (participants_last) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND p.last_on = ? AND p.user_id < ? ORDER BY p.user_id DESC LIMIT ?)
UNION ALL
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (participants_last) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND p.last_on < ? ORDER BY p.last_on DESC, p.user_id DESC LIMIT ?)
ORDER BY last_on DESC, id DESC LIMIT ?;

-- With many participants: by an index on names. Each page skips customers who do not take part.
-- name: console_participants_of_name
(SELECT {{console_participant_row}} FROM users u FORCE INDEX (users_username) STRAIGHT_JOIN participants p ON p.user_id = u.id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND u.username LIKE ? AND u.username = ? AND u.id > ? ORDER BY u.id LIMIT ?)
UNION ALL
(SELECT {{console_participant_row}} FROM users u FORCE INDEX (users_username) STRAIGHT_JOIN participants p ON p.user_id = u.id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND u.username LIKE ? AND u.username > ? ORDER BY u.username, u.id LIMIT ?)
ORDER BY username, id LIMIT ?;

-- With few participants: all of them, sorted.
-- name: console_few_participants_of_name
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (PRIMARY) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND u.username LIKE ? AND u.username = ? AND u.id > ? ORDER BY u.id LIMIT ?)
UNION ALL
(SELECT {{console_participant_row}} FROM participants p FORCE INDEX (PRIMARY) STRAIGHT_JOIN users u ON u.id = p.user_id
  WHERE p.event_id = (SELECT id FROM events WHERE slug = ?) AND u.username LIKE ? AND u.username > ? ORDER BY u.username, u.id LIMIT ?)
ORDER BY username, id LIMIT ?;

-- name: console_participants_are_many
SELECT COUNT(*) AS total FROM (SELECT 1 FROM participants WHERE event_id = (SELECT id FROM events WHERE slug = ?) LIMIT ?) counted;

-- name: console_participants_state
SELECT e.id, s.participants_at, s.pass_began_at IS NOT NULL AS is_being_counted, s.pass_position, (SELECT MAX(id) FROM users) AS last_user_id
FROM events e LEFT JOIN summaries s ON s.event_id = e.id WHERE e.slug = ?;

-- name: console_participants_begin
INSERT INTO summaries (event_id) VALUES (?);

-- The lock lets one process work at a time; an interrupted pass is continued.
-- name: console_participants_lock
SELECT pass_position, pass_began_at FROM summaries WHERE event_id = ? FOR UPDATE;

-- Archived days count like the others.
-- name: console_participants_batch
SELECT MAX(user_id) AS last_id, COUNT(*) AS total FROM (
  (SELECT DISTINCT user_id FROM attendance WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?)
  UNION
  (SELECT DISTINCT user_id FROM attendance_archive WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?)
  ORDER BY user_id LIMIT ?) batch;

-- name: console_participants_count
INSERT INTO participants (event_id, user_id, days, last_on)
SELECT * FROM (SELECT event_id, user_id, COUNT(*) AS counted, MAX(date) AS latest FROM (
    SELECT event_id, user_id, date FROM attendance WHERE event_id = ? AND user_id > ? AND user_id <= ?
    UNION ALL SELECT event_id, user_id, date FROM attendance_archive WHERE event_id = ? AND user_id > ? AND user_id <= ?) days
  GROUP BY event_id, user_id) fresh
ON DUPLICATE KEY UPDATE days = counted, last_on = latest;

-- name: console_participants_forget
DELETE FROM participants WHERE event_id = ? AND user_id > ? AND user_id <= ?
  AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = participants.event_id AND a.user_id = participants.user_id)
  AND NOT EXISTS (SELECT 1 FROM attendance_archive a WHERE a.event_id = participants.event_id AND a.user_id = participants.user_id);

-- name: console_participants_note
UPDATE summaries SET pass_position = ?, pass_began_at = ? WHERE event_id = ?;

-- name: console_participants_end
UPDATE summaries SET pass_position = 0, pass_began_at = NULL, participants_at = ? WHERE event_id = ?;

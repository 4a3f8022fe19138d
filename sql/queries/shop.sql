-- SPDX-License-Identifier: MIT
-- Queries and changes of the shop's backend.

-- name: shop_user_find
SELECT id FROM users WHERE issuer_id = ? AND subject = ?;

-- name: shop_user
SELECT u.id, u.username, u.state, {{balance}} AS points, u.created_at FROM users u WHERE u.issuer_id = ? AND u.subject = ?;

-- One row per date: events in order of their start, dates ascending.
-- name: shop_user_attendance
SELECT e.slug, e.mode, e.time_zone, e.starts_on, e.ends_on, e.freezes, e.freeze_every, a.date, a.at, a.source, a.source IN {{given_sources}} AS is_given
FROM events e STRAIGHT_JOIN attendance a ON a.event_id = e.id AND a.user_id = ?
UNION ALL SELECT e.slug, e.mode, e.time_zone, e.starts_on, e.ends_on, e.freezes, e.freeze_every, a.date, a.at, a.source, a.source IN {{given_sources}}
FROM events e STRAIGHT_JOIN attendance_archive a ON a.event_id = e.id AND a.user_id = ?
ORDER BY starts_on, slug, date;

-- name: shop_user_entries
SELECT id, amount, balance, source, reference, reason, at FROM point_entries WHERE user_id = ? ORDER BY id;

-- name: shop_user_claims
SELECT {{claim_row}}
FROM claims c JOIN events e ON e.id = c.event_id WHERE c.user_id = ? ORDER BY c.id;

-- name: points_of_reference
SELECT e.id, e.user_id, e.amount, e.balance, e.reason, e.at, s.reference AS refund_of
FROM point_entries e LEFT JOIN point_refunds r ON r.entry_id = e.id LEFT JOIN point_entries s ON s.id = r.spend_id WHERE e.source = ? AND e.reference = ?;

-- columns: shipment_row
{{claim_row}}, u.id AS user_id, u.subject, u.username

-- fragment: shop_claim_page
c.id < ? AND c.id >= ? AND c.claimed_at >= ? ORDER BY c.id DESC LIMIT ?

-- name: shop_claims
SELECT {{shipment_row}}
FROM claims c FORCE INDEX (PRIMARY) STRAIGHT_JOIN events e ON e.id = c.event_id STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE {{shop_claim_page}};

-- name: shop_claims_in_state
SELECT {{shipment_row}}
FROM claims c FORCE INDEX (claims_in_state) STRAIGHT_JOIN events e ON e.id = c.event_id STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE c.state = ? AND {{shop_claim_page}};

-- name: shop_claims_of_event
SELECT {{shipment_row}}
FROM claims c FORCE INDEX (claims_event) STRAIGHT_JOIN events e ON e.id = c.event_id STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE c.event_id = ? AND {{shop_claim_page}};

-- name: shop_claims_of_event_in_state
SELECT {{shipment_row}}
FROM claims c FORCE INDEX (claims_event_state) STRAIGHT_JOIN events e ON e.id = c.event_id STRAIGHT_JOIN users u ON u.id = c.user_id
WHERE c.event_id = ? AND c.state = ? AND {{shop_claim_page}};

-- name: shop_claim_from
SELECT id, claimed_at FROM claims WHERE id >= ? ORDER BY id LIMIT 1;

-- name: shop_claim_last
SELECT MAX(id) AS last_id FROM claims;

-- name: stamp_find
SELECT s.id, s.event_id, s.user_id, s.date, s.source, s.made_day, s.at, s.removed_at, e.time_zone, e.freezes, e.freeze_every
FROM shop_attendance s JOIN events e ON e.id = s.event_id WHERE s.reference = ?;

-- name: stamp_insert
INSERT INTO shop_attendance (reference, event_id, user_id, date, source, made_day, at) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: stamp_day_add
INSERT INTO attendance (event_id, user_id, date, at, source) VALUES (?, ?, ?, ?, 'shop');

-- name: stamp_remove
UPDATE shop_attendance SET removed_at = ? WHERE id = ? AND removed_at IS NULL;

-- Unless another report, staff or the customer's own check-in supports the day.
-- name: stamp_day_remove
DELETE FROM attendance WHERE event_id = ? AND user_id = ? AND date = ? AND source = 'shop'
  AND NOT EXISTS (SELECT 1 FROM shop_attendance s WHERE s.event_id = attendance.event_id AND s.user_id = attendance.user_id
    AND s.date = attendance.date AND s.removed_at IS NULL);

-- Staff have removed the day.
-- name: stamp_remove_all
UPDATE shop_attendance SET removed_at = ? WHERE event_id = ? AND user_id = ? AND date = ? AND removed_at IS NULL;

-- name: stamp_claims
SELECT c.id, {{milestone_basis}} AS basis, m.at, m.earned_from FROM claims c JOIN milestones m ON m.id = c.milestone_id JOIN events e ON e.id = m.event_id
WHERE c.event_id = ? AND c.user_id = ? AND c.state <> 'cancelled' ORDER BY c.id;

-- name: stamp_recheck
INSERT INTO claim_rechecks (claim_id, at) VALUES (?, ?);

-- name: stamp_review_again
UPDATE claims SET reviewed_at = NULL WHERE id = ?;

-- name: shop_user_stamps
SELECT e.slug, s.reference, s.date, s.source, s.at, s.removed_at FROM shop_attendance s FORCE INDEX (shop_attendance_user) JOIN events e ON e.id = s.event_id
WHERE s.user_id = ? ORDER BY s.id;

-- name: shop_users
SELECT u.id, i.iss, u.subject, u.username, u.state, {{balance}} AS points, u.created_at
FROM users u STRAIGHT_JOIN issuers i ON i.id = u.issuer_id
WHERE u.id < ? AND u.state <> 'removed' ORDER BY u.id DESC LIMIT ?;

-- The days of the customers after one id up to another.
-- name: shop_participants
SELECT u.id, i.iss, u.subject, u.username, a.date, a.given_at
FROM (SELECT user_id, date, IF(source IN {{given_sources}}, at, NULL) AS given_at FROM attendance WHERE event_id = ? AND user_id > ? AND user_id <= ?
    UNION ALL SELECT user_id, date, IF(source IN {{given_sources}}, at, NULL) FROM attendance_archive WHERE event_id = ? AND user_id > ? AND user_id <= ?) a
  JOIN users u ON u.id = a.user_id JOIN issuers i ON i.id = u.issuer_id
ORDER BY a.user_id, a.date;

-- name: claim_owner
SELECT user_id FROM claims WHERE id = ?;

-- name: claim_lock
SELECT {{shipment_row}}, e.id AS event_id, c.received_ms
FROM claims c JOIN events e ON e.id = c.event_id JOIN users u ON u.id = c.user_id
WHERE c.id = ?;

-- name: claim_fulfil
UPDATE claims SET state = ?, tracking = ?, received_ms = ? WHERE id = ?;

-- name: shop_products
SELECT id, name, kind, points, wallet, image, tax_note, remain, threshold FROM products WHERE id > ? AND retired_at IS NULL ORDER BY id LIMIT ?;

-- name: removal_lock
SELECT state FROM users WHERE id = ? FOR UPDATE;

-- The end of the customer's last event, when its last day is over everywhere on earth.
-- name: removal_until
SELECT MAX(e.ends_on) AS last_on FROM events e WHERE EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.user_id = ?);

-- name: removal_keep_out
INSERT INTO removed_subjects (subject_hash, keep_until) VALUES (?, ?);

-- name: removal_erase
UPDATE users SET subject = NULL, username = NULL, state = 'removed' WHERE id = ?;

-- name: removal_unmark
DELETE FROM excluded_users WHERE user_id = ?;

-- name: removal_forget_clients
UPDATE claims SET client_hash = NULL WHERE user_id = ? AND client_hash IS NOT NULL;

-- name: removal_log
INSERT INTO removals (user_id, at, actor, destroyed) VALUES (?, ?, ?, ?);

-- The end of an event may have moved since the erasure: its current last day counts too.
-- name: removal_is_kept_out
SELECT 1 AS found FROM removed_subjects k
WHERE k.subject_hash = ? AND (k.keep_until > ? OR EXISTS (SELECT 1 FROM removed_subject_events r JOIN events e ON e.id = r.event_id
  WHERE r.subject_hash = k.subject_hash AND e.ends_on > ?));

-- name: removal_forget_events
DELETE FROM removed_subject_events WHERE subject_hash = ?;

-- name: removal_note_events
INSERT INTO removed_subject_events (subject_hash, event_id)
SELECT ?, e.id FROM events e WHERE EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.user_id = ?);

-- name: person_subject
SELECT issuer_id, subject FROM users WHERE id = ? AND subject IS NOT NULL;

-- name: removal_forget
DELETE FROM removed_subjects WHERE subject_hash = ? AND keep_until <= ?;

-- SPDX-License-Identifier: MIT
-- The overview: counted from time to time, and read for each view.

-- The latest start first, without drafts.
-- name: console_report_events
SELECT id, slug, name, time_zone, starts_on, ends_on FROM events WHERE state = 'open' ORDER BY starts_on DESC, id DESC LIMIT 100;

-- name: console_report_read
SELECT at, data FROM summaries WHERE event_id = ? AND data IS NOT NULL;

-- name: console_report_begin
INSERT INTO summaries (event_id) VALUES (?);

-- name: console_report_lease
UPDATE summaries SET leased_until = UTC_TIMESTAMP() + INTERVAL 10 MINUTE
WHERE event_id = ? AND (leased_until IS NULL OR leased_until < UTC_TIMESTAMP());

-- name: console_report_write
UPDATE summaries SET at = ?, leased_until = NULL, data = ? WHERE event_id = ?;

-- name: console_report_days
SELECT date, SUM(days) AS check_ins FROM (SELECT date, COUNT(*) AS days FROM attendance WHERE event_id = ? GROUP BY date
  UNION ALL SELECT date, COUNT(*) FROM attendance_archive WHERE event_id = ? GROUP BY date) counted GROUP BY date ORDER BY date;

-- name: console_report_funnel
SELECT days, COUNT(*) AS customers FROM (SELECT COUNT(*) AS days FROM attendance WHERE event_id = ? GROUP BY user_id
  UNION ALL SELECT COUNT(*) FROM attendance_archive WHERE event_id = ? GROUP BY user_id) counted GROUP BY days ORDER BY days;

-- name: console_report_claims
SELECT COUNT(*) AS total, COALESCE(SUM(kind = 'item' AND state IN ('claimed', 'preparing')), 0) AS to_ship,
  COALESCE(SUM(IF(kind = 'points' AND state <> 'cancelled', points, 0)), 0) AS granted
FROM claims FORCE INDEX (claims_event) WHERE event_id = ? AND state <> 'cancelled';

-- name: console_report_outstanding
SELECT COALESCE(SUM(points), 0) AS points FROM users;

-- name: console_report_low
SELECT id, name, kind, remain, threshold, IF(remain = 0, 'sold_out', 'low') AS stock_state FROM products
WHERE retired_at IS NULL AND (remain = 0 OR remain <= threshold) ORDER BY remain, id LIMIT 20;

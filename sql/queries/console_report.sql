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

-- name: console_report_event
SELECT time_zone, ends_on FROM events WHERE id = ?;

-- The first day of each customer, and how many came again this many days later; 0: all of them.
-- name: console_report_cohorts
SELECT first_on, gap, SUM(customers) AS customers FROM (
  SELECT f.first_on, DATEDIFF(a.date, f.first_on) AS gap, COUNT(*) AS customers
  FROM (SELECT user_id, MIN(date) AS first_on FROM attendance WHERE event_id = ? GROUP BY user_id) f
  JOIN attendance a ON a.event_id = ? AND a.user_id = f.user_id
  WHERE DATEDIFF(a.date, f.first_on) IN (0, 1, 2, 3, 7, 14, 30) GROUP BY f.first_on, gap
  UNION ALL
  SELECT f.first_on, DATEDIFF(a.date, f.first_on) AS gap, COUNT(*)
  FROM (SELECT user_id, MIN(date) AS first_on FROM attendance_archive WHERE event_id = ? GROUP BY user_id) f
  JOIN attendance_archive a ON a.event_id = ? AND a.user_id = f.user_id
  WHERE DATEDIFF(a.date, f.first_on) IN (0, 1, 2, 3, 7, 14, 30) GROUP BY f.first_on, gap) counted
GROUP BY first_on, gap ORDER BY first_on, gap;

-- Consecutive dates have the same difference from their row's number (unsigned on MySQL, so it must not fall below 0). longest: the longest run of a
-- customer; present: the run that reaches this day or a later one, 0 for none; in the steps of the chart.
-- name: console_report_runs
SELECT longest, CASE WHEN present < 3 THEN present WHEN present < 7 THEN 3 WHEN present < 14 THEN 7 ELSE 14 END AS run_from, COUNT(*) AS customers FROM (
  SELECT user_id, MAX(run_length) AS longest, MAX(IF(last_on >= ?, run_length, 0)) AS present FROM (
    SELECT user_id, island, COUNT(*) AS run_length, MAX(date) AS last_on FROM (
      SELECT user_id, date, DATEDIFF(date, '1000-01-01') - ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date) AS island FROM attendance WHERE event_id = ?) numbered
    GROUP BY user_id, island) runs
  GROUP BY user_id
  UNION ALL
  SELECT user_id, MAX(run_length), MAX(IF(last_on >= ?, run_length, 0)) FROM (
    SELECT user_id, island, COUNT(*) AS run_length, MAX(date) AS last_on FROM (
      SELECT user_id, date, DATEDIFF(date, '1000-01-01') - ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date) AS island FROM attendance_archive WHERE event_id = ?) numbered
    GROUP BY user_id, island) runs
  GROUP BY user_id) people
GROUP BY longest, run_from ORDER BY longest, run_from;

-- name: console_report_milestones
SELECT m.at, {{milestone_basis}} AS basis, p.name, COALESCE(c.claims, 0) AS claims
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id
  LEFT JOIN (SELECT milestone_id, COUNT(*) AS claims FROM claims FORCE INDEX (claims_event) WHERE event_id = ? AND state <> 'cancelled' GROUP BY milestone_id) c
    ON c.milestone_id = m.id
WHERE m.event_id = ? ORDER BY m.at, m.id;

-- By the zone's present offset in seconds.
-- name: console_report_claim_days
SELECT DATE(TIMESTAMPADD(SECOND, ?, claimed_at)) AS claimed_on, COUNT(*) AS claims, COALESCE(SUM(kind = 'item'), 0) AS goods
FROM claims FORCE INDEX (claims_event) WHERE event_id = ? AND state <> 'cancelled' GROUP BY claimed_on ORDER BY claimed_on;

-- name: console_report_unaddressed
SELECT COUNT(*) AS claims FROM claims c FORCE INDEX (claims_event_state) WHERE c.event_id = ? AND c.state IN ('claimed', 'preparing') AND c.kind = 'item'
  AND NOT EXISTS (SELECT 1 FROM claim_addresses a WHERE a.claim_id = c.id);

-- name: console_report_outstanding
SELECT COALESCE(SUM(points), 0) AS points FROM users;

-- name: console_report_low
SELECT id, name, kind, remain, threshold, IF(remain = 0, 'sold_out', 'low') AS stock_state FROM products
WHERE retired_at IS NULL AND (remain = 0 OR remain <= threshold) ORDER BY remain, id LIMIT 20;

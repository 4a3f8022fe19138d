-- SPDX-License-Identifier: MIT
-- Points for checking in: rules and limits of events, what was paid, and what is left of budgets.

-- name: daily_points_rules
SELECT rule, points FROM daily_points WHERE event_id = ? ORDER BY id

-- What was paid to some customers (PAYEES_MAX); when there are fewer, one is repeated.
-- name: payments_of_many
SELECT user_id, date, points, parts, withheld, reversed_at IS NOT NULL AS is_reversed FROM check_in_payments
WHERE event_id = ? AND user_id IN (?, ?, ?, ?, ?, ?, ?, ?)

-- The lock lets a change of rules and limits wait until the payment is committed. No row: they have
-- changed since they were read.
-- name: payments_hold
SELECT 1 AS found FROM events WHERE id = ? AND version = ? LOCK IN SHARE MODE

-- Behind the customers' locks and this one. r is a JSON array with the customer u, the round r, the
-- points p, their parts d and why nothing is paid w.
-- name: payments_insert
INSERT INTO check_in_payments (event_id, user_id, date, round, points, parts, withheld, cap, at)
SELECT e.id, r.user_id, ?, r.round, r.points, r.parts, r.withheld, e.daily_points_cap, ?
FROM events e JOIN JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (user_id BIGINT UNSIGNED PATH '$.u', round SMALLINT UNSIGNED PATH '$.r',
    points INT UNSIGNED PATH '$.p', parts VARCHAR(2000) PATH '$.d', withheld VARCHAR(6) PATH '$.w')) r
WHERE e.id = ?

-- name: payment_standing
SELECT p.round, p.points, e.name, e.daily_points_budget IS NOT NULL AS has_budget, e.daily_points_wallet FROM check_in_payments p JOIN events e ON e.id = p.event_id
WHERE p.event_id = ? AND p.user_id = ? AND p.date = ? AND p.reversed_at IS NULL

-- name: payment_reverse
UPDATE check_in_payments SET reversed_at = ? WHERE event_id = ? AND user_id = ? AND date = ? AND round = ?

-- --- budgets ----------------------------------------------------------------------------------------

-- name: budget_left
SELECT COALESCE(SUM(remaining), 0) AS remaining FROM point_budgets WHERE event_id = ?

-- name: budget_take
UPDATE point_budgets SET remaining = remaining - ? WHERE event_id = ? AND shard = ? AND remaining >= ?

-- name: budget_return
UPDATE point_budgets SET remaining = remaining + ? WHERE event_id = ? AND shard = ?

-- In one order, so that two who lock all rows do not lock each other out.
-- name: budget_lock
SELECT remaining FROM point_budgets WHERE event_id = ? ORDER BY shard FOR UPDATE

-- name: budget_spread
UPDATE point_budgets SET remaining = ? + (shard < ?) WHERE event_id = ?

-- --- changes by staff; the event was touched before --------------------------------------------------

-- name: daily_points_terms
SELECT id, version, name, state, starts_on, ends_on, time_zone, pays_check_ins, daily_points_cap, daily_points_budget, daily_points_wallet FROM events WHERE slug = ?

-- name: daily_points_insert
INSERT INTO daily_points (event_id, rule, points) VALUES (?, ?, ?)

-- name: daily_points_delete
DELETE FROM daily_points WHERE event_id = ? AND rule = ?

-- name: daily_points_list
SELECT id, rule, points FROM daily_points WHERE event_id = ? ORDER BY id

-- name: daily_points_copy
INSERT INTO daily_points (event_id, rule, points) SELECT ?, rule, points FROM daily_points WHERE event_id = ? ORDER BY id

-- name: daily_points_use
UPDATE events SET pays_check_ins = 1 WHERE id = ?

-- name: daily_points_set_wallet
UPDATE events SET daily_points_wallet = ? WHERE id = ?

-- name: daily_points_have_paid
SELECT EXISTS (SELECT 1 FROM check_in_payments p WHERE p.event_id = ?) AS have_paid

-- name: daily_points_limit
UPDATE events SET daily_points_cap = ?, daily_points_budget = ? WHERE id = ?

-- name: daily_points_paid
SELECT COALESCE(SUM(points), 0) AS points FROM check_in_payments WHERE event_id = ? AND reversed_at IS NULL

-- name: budget_clear
DELETE FROM point_budgets WHERE event_id = ?

-- name: budget_insert
INSERT INTO point_budgets (event_id, shard, remaining) VALUES (?, ?, ?)

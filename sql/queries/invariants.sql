-- SPDX-License-Identifier: MIT
-- What must always be true, one query each. It returns a sentence for each row that breaks it, at
-- most as many as requested. Queries on large tables read one range of ids, (from, to],
-- consistently, so that a database in use can be checked at any size. Each starts with the table
-- that is read in ranges (STRAIGHT_JOIN, LEFT JOIN) and finds all others by a key.

-- --- the next stretch: its last id, and how many rows it has; no row at the end ----------------------------------------------------

-- columns: walk_step
MAX(id) AS last_id, COUNT(*) AS total

-- name: walk_products
SELECT {{walk_step}} FROM (SELECT id FROM products WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_outages
SELECT {{walk_step}} FROM (SELECT id FROM outages WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_users
SELECT {{walk_step}} FROM (SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_stamps
SELECT {{walk_step}} FROM (SELECT id FROM shop_attendance WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_claims
SELECT {{walk_step}} FROM (SELECT id FROM claims WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_payouts
SELECT {{walk_step}} FROM (SELECT id FROM payouts WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_movements
SELECT {{walk_step}} FROM (SELECT id FROM stock_movements WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_entries
SELECT {{walk_step}} FROM (SELECT id FROM point_entries WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- name: walk_messages
SELECT {{walk_step}} FROM (SELECT id FROM outbox_messages WHERE id > ? ORDER BY id LIMIT ?) s HAVING MAX(id) IS NOT NULL;

-- Within one event.
-- name: walk_attendance
SELECT {{walk_step}} FROM (SELECT user_id AS id FROM attendance WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?) s
HAVING MAX(id) IS NOT NULL;

-- name: walk_attendance_event
SELECT MIN(event_id) AS next_event_id FROM attendance WHERE event_id > ? HAVING MIN(event_id) IS NOT NULL;

-- name: walk_archive
SELECT {{walk_step}} FROM (SELECT user_id AS id FROM attendance_archive WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?) s
HAVING MAX(id) IS NOT NULL;

-- name: walk_archive_event
SELECT MIN(event_id) AS next_event_id FROM attendance_archive WHERE event_id > ? HAVING MIN(event_id) IS NOT NULL;

-- name: walk_payments
SELECT {{walk_step}} FROM (SELECT user_id AS id FROM check_in_payments WHERE event_id = ? AND user_id > ? ORDER BY user_id LIMIT ?) s
HAVING MAX(id) IS NOT NULL;

-- name: walk_payments_event
SELECT MIN(event_id) AS next_event_id FROM check_in_payments WHERE event_id > ? HAVING MIN(event_id) IS NOT NULL;

-- The number of rows, as estimated by the server.
-- name: walk_size
SELECT COALESCE(SUM(table_rows), 0) AS total FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?;

-- --- 1: stock -----------------------------------------------------------------------------------------------------------------

-- name: invariant_stock_sum
SELECT CONCAT('product ', p.id, ': ', p.remain, ' are left, its movements add up to ', COALESCE(SUM(m.delta), 0)) AS finding
FROM products p LEFT JOIN stock_movements m ON m.product_id = p.id
WHERE p.remain IS NOT NULL AND p.id > ? AND p.id <= ?
GROUP BY p.id, p.remain HAVING p.remain <> COALESCE(SUM(m.delta), 0) ORDER BY p.id LIMIT ?;

-- name: invariant_stock_negative
SELECT CONCAT('product ', id, ': ', remain, ' are left') AS finding FROM products WHERE remain < 0 ORDER BY id LIMIT ?;

-- name: invariant_stock_unlimited
SELECT CONCAT('product ', p.id, ' is unlimited but has the stock movement ', MIN(m.id)) AS finding
FROM products p STRAIGHT_JOIN stock_movements m ON m.product_id = p.id
WHERE p.remain IS NULL AND p.id > ? AND p.id <= ? GROUP BY p.id ORDER BY p.id LIMIT ?;

-- name: invariant_stock_claims
SELECT CONCAT('product ', id, ': ', claimed, ' claims of ', had, ' that there were') AS finding
FROM (SELECT p.id, (SELECT COUNT(*) FROM claims c WHERE c.product_id = p.id AND c.state <> 'cancelled') AS claimed,
    (SELECT COALESCE(SUM(m.delta), 0) FROM stock_movements m WHERE m.product_id = p.id AND m.source NOT IN ('claim', 'cancellation')) AS had
  FROM products p WHERE p.remain IS NOT NULL AND p.id > ? AND p.id <= ?) c
WHERE claimed > had ORDER BY id LIMIT ?;

-- name: invariant_stock_claim_movement
SELECT CONCAT('claim ', c.id, ' of product ', c.product_id, ' took nothing from its stock') AS finding
FROM claims c STRAIGHT_JOIN products p ON p.id = c.product_id
  LEFT JOIN stock_movements m ON m.source = 'claim' AND m.reference = CAST(c.id AS BINARY)
WHERE c.id > ? AND c.id <= ? AND p.remain IS NOT NULL AND (m.id IS NULL OR m.product_id <> c.product_id OR m.delta <> -1) ORDER BY c.id LIMIT ?;

-- name: invariant_stock_movement_claim
SELECT CONCAT('stock movement ', m.id, ' of product ', m.product_id, ' belongs to no claim') AS finding
FROM stock_movements m LEFT JOIN claims c ON c.id = CAST(m.reference AS UNSIGNED) AND c.product_id = m.product_id
WHERE m.id > ? AND m.id <= ? AND m.source = 'claim' AND c.id IS NULL ORDER BY m.id LIMIT ?;

-- name: invariant_stock_coupons
SELECT CONCAT('product ', p.id, ': ', p.remain, ' are left, but ', COUNT(k.id), ' codes') AS finding
FROM products p LEFT JOIN coupon_codes k ON k.product_id = p.id AND k.claim_id IS NULL
WHERE p.kind = 'coupon' AND p.id > ? AND p.id <= ? GROUP BY p.id, p.remain HAVING COUNT(k.id) <> p.remain ORDER BY p.id LIMIT ?;

-- --- 2: once each -------------------------------------------------------------------------------------------------------------

-- name: invariant_attendance_once
SELECT CONCAT('event ', event_id, ', user ', user_id, ', ', date, ': ', COUNT(*), ' check-ins') AS finding
FROM attendance WHERE event_id = ? AND user_id > ? AND user_id <= ?
GROUP BY event_id, user_id, date HAVING COUNT(*) > 1 ORDER BY event_id, user_id, date LIMIT ?;

-- name: invariant_attendance_in_event
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ', ', a.date, ': not a day of an event') AS finding
FROM attendance a LEFT JOIN events e ON e.id = a.event_id AND a.date BETWEEN e.starts_on AND e.ends_on
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND e.id IS NULL ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_attendance_user
SELECT CONCAT('event ', a.event_id, ', ', a.date, ': there is no user ', a.user_id) AS finding
FROM attendance a LEFT JOIN users u ON u.id = a.user_id
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND u.id IS NULL ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_archive_in_event
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ', ', a.date, ': archived, but not a day of an archived event') AS finding
FROM attendance_archive a LEFT JOIN events e ON e.id = a.event_id AND a.date BETWEEN e.starts_on AND e.ends_on AND e.archived_at IS NOT NULL
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND e.id IS NULL ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_archive_user
SELECT CONCAT('event ', a.event_id, ', ', a.date, ': archived, but there is no user ', a.user_id) AS finding
FROM attendance_archive a LEFT JOIN users u ON u.id = a.user_id
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND u.id IS NULL ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_archive_whole
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ': ', a.date, ' is archived, other days are not') AS finding
FROM attendance_archive a
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ?
  AND EXISTS (SELECT 1 FROM attendance b WHERE b.event_id = a.event_id AND b.user_id = a.user_id)
ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_claim_once
SELECT CONCAT('user ', user_id, ', milestone ', milestone_id, ', round ', round, ': ', COUNT(*), ' claims') AS finding
FROM claims WHERE user_id > ? AND user_id <= ?
GROUP BY user_id, event_id, milestone_id, round HAVING COUNT(*) > 1 ORDER BY user_id, milestone_id, round LIMIT ?;

-- name: invariant_claim_one_good
SELECT CONCAT('user ', user_id, ', milestone ', milestone_id, ': ', COUNT(*), ' claims that are not cancelled') AS finding
FROM claims WHERE user_id > ? AND user_id <= ? AND state <> 'cancelled'
GROUP BY user_id, event_id, milestone_id HAVING COUNT(*) > 1 ORDER BY user_id, milestone_id LIMIT ?;

-- name: invariant_claim_parts
SELECT CONCAT('claim ', c.id, ': user ', c.user_id, ' or milestone ', c.milestone_id, ' of event ', c.event_id, ' does not exist') AS finding
FROM claims c LEFT JOIN users u ON u.id = c.user_id LEFT JOIN milestones m ON m.id = c.milestone_id AND m.event_id = c.event_id
WHERE c.id > ? AND c.id <= ? AND (u.id IS NULL OR m.id IS NULL) ORDER BY c.id LIMIT ?;

-- name: invariant_claim_earned
SELECT CONCAT('claim ', c.id, ' of milestone ', c.milestone_id, ' at ', m.at, ': user ', c.user_id, ' has fewer check-ins') AS finding
FROM claims c STRAIGHT_JOIN milestones m ON m.id = c.milestone_id
WHERE c.id > ? AND c.id <= ? AND c.state <> 'cancelled'
  AND m.at > (SELECT COUNT(*) FROM attendance a WHERE a.event_id = c.event_id AND a.user_id = c.user_id)
    + (SELECT COUNT(*) FROM attendance_archive a WHERE a.event_id = c.event_id AND a.user_id = c.user_id)
    + (SELECT COUNT(*) FROM outages o WHERE o.event_id = c.event_id AND o.undone_at >= c.claimed_at)
    + (SELECT COUNT(*) FROM shop_attendance s WHERE s.event_id = c.event_id AND s.user_id = c.user_id AND s.removed_at >= c.claimed_at)
ORDER BY c.id LIMIT ?;

-- Days in a row that earned the claim; with freezes, single days may be missing between them. What was
-- taken back since then by undoing an outage, or by the shop, may have interrupted them.
-- name: invariant_claim_run
SELECT CONCAT('claim ', id, ' of milestone ', milestone_id, ' at ', at, ' days in a row: user ', user_id, ' has at most ', MAX(days)) AS finding
FROM (SELECT id, milestone_id, user_id, at, COUNT(date) AS days
  FROM (SELECT id, milestone_id, user_id, at, date, SUM(is_first) OVER (PARTITION BY id ORDER BY date) AS run_number
    FROM (SELECT c.id, c.milestone_id, c.user_id, m.at, COALESCE(a.date, k.date) AS date,
        COALESCE(DATEDIFF(COALESCE(a.date, k.date), LAG(COALESCE(a.date, k.date)) OVER (PARTITION BY c.id ORDER BY COALESCE(a.date, k.date)))
          > IF(e.freezes > 0, 2, 1), 1) AS is_first
      FROM claims c STRAIGHT_JOIN milestones m ON m.id = c.milestone_id STRAIGHT_JOIN events e ON e.id = m.event_id
        LEFT JOIN attendance a ON a.event_id = c.event_id AND a.user_id = c.user_id
        LEFT JOIN attendance_archive k ON k.event_id = c.event_id AND k.user_id = c.user_id
      WHERE c.id > ? AND c.id <= ? AND c.state <> 'cancelled' AND {{milestone_basis}} = 'streak'
        AND NOT EXISTS (SELECT 1 FROM outages o WHERE o.event_id = c.event_id AND o.undone_at >= c.claimed_at)
        AND NOT EXISTS (SELECT 1 FROM shop_attendance s WHERE s.event_id = c.event_id AND s.user_id = c.user_id AND s.removed_at >= c.claimed_at)) d) n
  GROUP BY id, milestone_id, user_id, at, run_number) r
GROUP BY id, milestone_id, user_id, at HAVING MAX(days) < at ORDER BY id LIMIT ?;

-- name: invariant_stamp_day
SELECT CONCAT('shop_attendance ', s.id, ': event ', s.event_id, ', user ', s.user_id, ', ', s.date, ' does not count') AS finding
FROM shop_attendance s
WHERE s.id > ? AND s.id <= ? AND s.removed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = s.event_id AND a.user_id = s.user_id AND a.date = s.date)
  AND NOT EXISTS (SELECT 1 FROM attendance_archive a WHERE a.event_id = s.event_id AND a.user_id = s.user_id AND a.date = s.date)
ORDER BY s.id LIMIT ?;

-- name: invariant_day_stamp
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ', ', a.date, ': of the shop, which reported nothing') AS finding
FROM attendance a
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND a.source = 'shop'
  AND NOT EXISTS (SELECT 1 FROM shop_attendance s WHERE s.event_id = a.event_id AND s.user_id = a.user_id AND s.date = a.date AND s.removed_at IS NULL)
ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- name: invariant_outage_days
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ', ', a.date, ': counted for an outage that does not stand') AS finding
FROM attendance a LEFT JOIN outages o ON o.event_id = a.event_id AND o.date = a.date AND o.state IN ('applying', 'applied', 'undoing')
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND a.source = 'outage' AND o.id IS NULL ORDER BY a.event_id, a.user_id, a.date LIMIT ?;

-- Staff may have removed some of them.
-- name: invariant_outage_count
SELECT CONCAT('outage ', o.id, ': ', (SELECT COUNT(*) FROM attendance a WHERE a.event_id = o.event_id AND a.date = o.date AND a.source = 'outage'),
  ' days are counted, ', o.added, ' were added and ', o.taken_back, ' taken back') AS finding
FROM outages o
WHERE o.id > ? AND o.id <= ? AND o.state IN ('applying', 'applied', 'undoing')
  AND CAST(o.added AS SIGNED) - o.taken_back < (SELECT COUNT(*) FROM attendance a WHERE a.event_id = o.event_id AND a.date = o.date AND a.source = 'outage')
ORDER BY o.id LIMIT ?;

-- --- 5: points ----------------------------------------------------------------------------------------------------------------

-- name: invariant_points_balance
SELECT CONCAT('user ', u.id, ': the balance is ', u.points, ', the ledger adds up to ', COALESCE(SUM(e.amount), 0)) AS finding
FROM users u LEFT JOIN point_entries e ON e.user_id = u.id
WHERE u.id > ? AND u.id <= ? GROUP BY u.id, u.points HAVING u.points <> COALESCE(SUM(e.amount), 0) ORDER BY u.id LIMIT ?;

-- name: invariant_points_user
SELECT CONCAT('point entry ', e.id, ': there is no user ', e.user_id) AS finding
FROM point_entries e LEFT JOIN users u ON u.id = e.user_id WHERE e.id > ? AND e.id <= ? AND u.id IS NULL ORDER BY e.id LIMIT ?;

-- name: invariant_points_once
SELECT CONCAT('point entries ', e.id, ' and ', d.id, ' have the same reference') AS finding
FROM point_entries e STRAIGHT_JOIN point_entries d ON d.source = e.source AND d.reference = e.reference AND d.id > e.id
WHERE e.id > ? AND e.id <= ? ORDER BY e.id LIMIT ?;

-- Ids need not be in the order of time (several servers write), so each entry searches for one that
-- it could have followed.
-- name: invariant_points_chain
SELECT CONCAT('point entry ', e.id, ' of user ', e.user_id, ': nothing leads to its balance ', e.balance) AS finding
FROM point_entries e
WHERE e.id > ? AND e.id <= ? AND e.balance <> e.amount AND NOT EXISTS (
  SELECT 1 FROM point_entries p WHERE p.user_id = e.user_id AND p.id <> e.id AND p.balance = e.balance - e.amount)
ORDER BY e.id LIMIT ?;

-- name: invariant_points_claim
SELECT CONCAT('claim ', c.id, ' of ', c.points, ' points: user ', c.user_id, ' did not get them') AS finding
FROM claims c LEFT JOIN point_entries e ON e.source = 'claim' AND e.reference = CAST(c.id AS BINARY)
WHERE c.id > ? AND c.id <= ? AND c.kind = 'points' AND NOT EXISTS (SELECT 1 FROM payouts y WHERE y.claim_id = c.id)
  AND (e.id IS NULL OR e.amount <> c.points OR e.user_id <> c.user_id) ORDER BY c.id LIMIT ?;

-- name: invariant_points_entry_claim
SELECT CONCAT('point entry ', e.id, ' of user ', e.user_id, ' belongs to no claim') AS finding
FROM point_entries e LEFT JOIN claims c ON c.id = CAST(e.reference AS UNSIGNED) AND c.user_id = e.user_id AND c.kind = 'points'
WHERE e.id > ? AND e.id <= ? AND e.source = 'claim' AND c.id IS NULL ORDER BY e.id LIMIT ?;

-- Grants less spends less expiries are the balance; it is the open lots and what never expires.
-- name: invariant_lots_sum
SELECT CONCAT('user ', u.id, ': the balance is ', u.points, ', the open lots add up to ', SUM(l.remaining)) AS finding
FROM users u STRAIGHT_JOIN point_lots l FORCE INDEX (point_lots_user) ON l.user_id = u.id
WHERE u.id > ? AND u.id <= ? GROUP BY u.id, u.points HAVING SUM(l.remaining) > GREATEST(0, u.points) ORDER BY u.id LIMIT ?;

-- name: invariant_lots_next
SELECT CONCAT('user ', u.id, ': points expire at ', MIN(l.expires_at), ', which nobody looks for') AS finding
FROM users u STRAIGHT_JOIN point_lots l FORCE INDEX (point_lots_user) ON l.user_id = u.id AND l.remaining > 0
WHERE u.id > ? AND u.id <= ? GROUP BY u.id, u.expires_at HAVING u.expires_at IS NULL OR u.expires_at > MIN(l.expires_at) ORDER BY u.id LIMIT ?;

-- name: invariant_lot_uses
SELECT CONCAT('lot ', l.entry_id, ' of user ', l.user_id, ': ', l.remaining, ' of ', l.amount, ' points are left, ', COALESCE(SUM(s.amount), 0), ' were used') AS finding
FROM point_lots l LEFT JOIN point_lot_uses s ON s.lot_id = l.entry_id
WHERE l.entry_id > ? AND l.entry_id <= ? GROUP BY l.entry_id, l.user_id, l.remaining, l.amount
HAVING l.remaining <> l.amount - COALESCE(SUM(s.amount), 0) ORDER BY l.entry_id LIMIT ?;

-- A debt was paid first, so a lot may be smaller than its entry.
-- name: invariant_lot_entry
SELECT CONCAT('lot ', l.entry_id, ' of user ', l.user_id, ': no entry granted ', l.amount, ' points') AS finding
FROM point_lots l LEFT JOIN point_entries e ON e.id = l.entry_id AND e.user_id = l.user_id AND e.amount >= l.amount
WHERE l.entry_id > ? AND l.entry_id <= ? AND e.id IS NULL ORDER BY l.entry_id LIMIT ?;

-- name: invariant_lot_expiry
SELECT CONCAT('point entry ', e.id, ' of user ', e.user_id, ': ', -e.amount, ' points expired, the lots lost ', COALESCE(SUM(s.amount), 0)) AS finding
FROM point_entries e LEFT JOIN point_lot_uses s ON s.entry_id = e.id
WHERE e.id > ? AND e.id <= ? AND e.source IN ('expiry', 'expiry_reversal') GROUP BY e.id, e.user_id, e.amount
HAVING e.amount + COALESCE(SUM(s.amount), 0) <> 0 ORDER BY e.id LIMIT ?;

-- name: invariant_lot_refund
SELECT CONCAT('point entry ', e.id, ' of user ', e.user_id, ': ', -e.amount, ' points spent, ', SUM(r.amount), ' refunded') AS finding
FROM point_entries e STRAIGHT_JOIN point_refunds r ON r.spend_id = e.id LEFT JOIN point_entries g ON g.id = r.entry_id AND g.user_id = e.user_id AND g.amount = r.amount
WHERE e.id > ? AND e.id <= ? GROUP BY e.id, e.user_id, e.amount HAVING e.amount + SUM(r.amount) > 0 OR COUNT(g.id) < COUNT(*) ORDER BY e.id LIMIT ?;

-- fragment: payment_reference
CAST(CONCAT(p.event_id, '-', p.user_id, '-', p.date, IF(p.round = 1, '', CONCAT('-', p.round))) AS BINARY)

-- fragment: payment_words
CONCAT('event ', p.event_id, ', user ', p.user_id, ', ', p.date, ': ')

-- name: invariant_payment_entry
SELECT CONCAT({{payment_words}}, p.points, ' points were paid, and did not come in') AS finding
FROM check_in_payments p LEFT JOIN point_entries e ON e.source = 'check_in' AND e.reference = {{payment_reference}}
  LEFT JOIN payouts y ON y.check_in = {{payment_reference}}
WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ? AND p.points > 0
  AND ((e.id IS NULL) = (y.id IS NULL) OR COALESCE(e.amount, y.points) <> p.points OR COALESCE(e.user_id, y.user_id) <> p.user_id)
ORDER BY p.user_id, p.date LIMIT ?;

-- name: invariant_payment_reversed
SELECT CONCAT({{payment_words}}, p.points, ' points were ', IF(e.id IS NULL, 'not taken back', 'taken back without a reason')) AS finding
FROM check_in_payments p LEFT JOIN point_entries e ON e.source = 'check_in_reversal' AND e.reference = {{payment_reference}}
  AND e.user_id = p.user_id AND e.amount + p.points = 0
  LEFT JOIN payouts y ON y.check_in = {{payment_reference}}
WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ? AND p.points > 0 AND y.id IS NULL AND (e.id IS NULL) <> (p.reversed_at IS NULL)
ORDER BY p.user_id, p.date LIMIT ?;

-- Nothing is due for an erased person.
-- name: invariant_payment_payout
SELECT CONCAT({{payment_words}}, 'payout ', y.id, ' is ', y.state, IF(p.reversed_at IS NULL, '', ', and the day was removed')) AS finding
FROM check_in_payments p STRAIGHT_JOIN payouts y ON y.check_in = {{payment_reference}} STRAIGHT_JOIN users u ON u.id = y.user_id
  LEFT JOIN payouts r ON r.reverses = y.id
WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ?
  AND (IF(u.state = 'removed', y.state IN ('due', 'failed'), (p.reversed_at IS NOT NULL) <> (y.state = 'cancelled' OR r.id IS NOT NULL)))
ORDER BY p.user_id, p.date LIMIT ?;

-- name: invariant_payout_check_in
SELECT CONCAT('payout ', y.id, ' of ', y.points, ' points: ', CONVERT(y.check_in USING utf8mb4), ' did not pay them') AS finding
FROM payouts y LEFT JOIN check_in_payments p ON p.event_id = y.event_id AND p.user_id = y.user_id
  AND p.date = CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(y.check_in, '-', 5), '-', -3) AS DATE) AND p.points = y.points AND y.check_in = {{payment_reference}}
WHERE y.id > ? AND y.id <= ? AND y.check_in IS NOT NULL AND p.event_id IS NULL ORDER BY y.id LIMIT ?;

-- The reference is EVENT-USER-DATE or EVENT-USER-DATE-ROUND.
-- name: invariant_payment_of_entry
SELECT CONCAT('point entry ', e.id, ' of user ', e.user_id, ' belongs to no check-in that paid it') AS finding
FROM point_entries e LEFT JOIN check_in_payments p ON p.event_id = CAST(SUBSTRING_INDEX(e.reference, '-', 1) AS UNSIGNED) AND p.user_id = e.user_id
  AND p.date = CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(e.reference, '-', 5), '-', -3) AS DATE) AND p.points = ABS(e.amount) AND e.reference = {{payment_reference}}
WHERE e.id > ? AND e.id <= ? AND e.source IN ('check_in', 'check_in_reversal') AND p.event_id IS NULL ORDER BY e.id LIMIT ?;

-- name: invariant_makeups
SELECT CONCAT('event ', a.event_id, ', user ', a.user_id, ': ', COUNT(*), ' made-up days, and ', e.makeups, ' are allowed') AS finding
FROM attendance a JOIN events e ON e.id = a.event_id
WHERE a.event_id = ? AND a.user_id > ? AND a.user_id <= ? AND a.source = 'makeup'
GROUP BY a.event_id, a.user_id, e.makeups HAVING COUNT(*) > e.makeups ORDER BY a.user_id LIMIT ?;

-- name: invariant_payment_once
SELECT CONCAT({{payment_words}}, COUNT(*), ' payments') AS finding
FROM check_in_payments p WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ? AND p.reversed_at IS NULL
GROUP BY p.event_id, p.user_id, p.date HAVING COUNT(*) > 1 ORDER BY p.user_id, p.date LIMIT ?;

-- name: invariant_payment_day
SELECT CONCAT({{payment_words}}, 'paid without a check-in') AS finding
FROM check_in_payments p
  LEFT JOIN attendance a ON a.event_id = p.event_id AND a.user_id = p.user_id AND a.date = p.date
  LEFT JOIN attendance_archive k ON k.event_id = p.event_id AND k.user_id = p.user_id AND k.date = p.date
WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ? AND p.reversed_at IS NULL AND a.date IS NULL AND k.date IS NULL
ORDER BY p.user_id, p.date LIMIT ?;

-- The parts become a JSON array of texts such as every=10. A rule for a weekday or a date paid on
-- no other day, and a payment without points was withheld.
-- name: invariant_payment_parts
SELECT CONCAT({{payment_words}}, p.points, ' points paid for "', p.parts, '"') AS finding
FROM check_in_payments p JOIN JSON_TABLE(CONCAT('["', REPLACE(p.parts, ' ', '","'), '"]'), '$[*]' COLUMNS (part VARCHAR(64) PATH '$')) r
WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ?
GROUP BY p.event_id, p.user_id, p.date, p.round, p.points, p.parts, p.withheld
HAVING p.points <> SUM(COALESCE(CAST(NULLIF(SUBSTRING_INDEX(r.part, '=', -1), '') AS UNSIGNED), 0)) OR (p.points = 0) <> (p.withheld IS NOT NULL)
  OR SUM(r.part LIKE 'weekday:%' AND r.part NOT LIKE CONCAT('weekday:', ELT(WEEKDAY(p.date) + 1, 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), '=%')) > 0
  OR SUM(r.part LIKE 'date:%' AND r.part NOT LIKE CONCAT('date:', p.date, '=%')) > 0
ORDER BY p.user_id, p.date LIMIT ?;

-- The limit may have been changed meanwhile; the highest one counts.
-- name: invariant_payment_cap
SELECT CONCAT('event ', p.event_id, ', user ', p.user_id, ': paid ', SUM(p.points), ' points, at most ', MAX(p.cap), ' were allowed') AS finding
FROM check_in_payments p WHERE p.event_id = ? AND p.user_id > ? AND p.user_id <= ? AND p.reversed_at IS NULL
GROUP BY p.event_id, p.user_id HAVING COUNT(*) = COUNT(p.cap) AND SUM(p.points) > MAX(p.cap) ORDER BY p.user_id LIMIT ?;

-- name: invariant_payment_budget
SELECT CONCAT('event ', id, ': of a budget of ', budget, ' points, ', paid, ' were paid and ', remaining, ' are left') AS finding
FROM (SELECT e.id, e.daily_points_budget AS budget,
    (SELECT COALESCE(SUM(p.points), 0) FROM check_in_payments p WHERE p.event_id = e.id AND p.reversed_at IS NULL) AS paid,
    (SELECT COALESCE(SUM(b.remaining), 0) FROM point_budgets b WHERE b.event_id = e.id) AS remaining
  FROM events e WHERE e.daily_points_budget IS NOT NULL) s
WHERE budget <> paid + remaining ORDER BY id LIMIT ?;

-- name: invariant_points_cancelled
SELECT CONCAT('claim ', c.id, ' was cancelled, its ', c.points, ' points were not taken back') AS finding
FROM claims c LEFT JOIN point_entries e ON e.source = 'cancellation' AND e.reference = CAST(c.id AS BINARY)
WHERE c.id > ? AND c.id <= ? AND c.kind = 'points' AND c.state = 'cancelled' AND NOT EXISTS (SELECT 1 FROM payouts y WHERE y.claim_id = c.id)
  AND (e.id IS NULL OR e.amount <> -CAST(c.points AS SIGNED) OR e.user_id <> c.user_id)
ORDER BY c.id LIMIT ?;

-- name: invariant_payout_claim
SELECT CONCAT('payout ', y.id, ' of ', y.points, ' points: claim ', y.claim_id, IF(e.id IS NULL, ' promised something else', ' is in the ledger too')) AS finding
FROM payouts y LEFT JOIN claims c ON c.id = y.claim_id AND c.user_id = y.user_id AND c.event_id = y.event_id AND c.kind = 'points' AND c.points = y.points
  LEFT JOIN point_entries e ON e.source = 'claim' AND e.reference = CAST(y.claim_id AS BINARY)
WHERE y.id > ? AND y.id <= ? AND y.claim_id IS NOT NULL AND (c.id IS NULL OR e.id IS NOT NULL) ORDER BY y.id LIMIT ?;

-- name: invariant_payout_reverse
SELECT CONCAT('payout ', y.id, ' takes back ', -y.points, ' points, and payout ', y.reverses, ' did not pay them') AS finding
FROM payouts y LEFT JOIN payouts p ON p.id = y.reverses AND p.user_id = y.user_id AND p.points + y.points = 0 AND p.state = 'paid'
WHERE y.id > ? AND y.id <= ? AND y.reverses IS NOT NULL AND p.id IS NULL ORDER BY y.id LIMIT ?;

-- Nothing is due for an erased person.
-- name: invariant_payout_cancelled
SELECT CONCAT('payout ', y.id, ' is ', y.state, ', and its claim ', c.id, ' is ', c.state) AS finding
FROM payouts y STRAIGHT_JOIN claims c ON c.id = y.claim_id STRAIGHT_JOIN users u ON u.id = y.user_id LEFT JOIN payouts r ON r.reverses = y.id
WHERE y.id > ? AND y.id <= ? AND (IF(u.state = 'removed', y.state IN ('due', 'failed'), (c.state = 'cancelled') <> (y.state = 'cancelled' OR r.id IS NOT NULL)))
ORDER BY y.id LIMIT ?;

-- name: invariant_payout_settled
SELECT CONCAT('payout ', id, ' is ', state, IF(settled_at IS NULL, ' without', ' with'), ' a time when it was settled') AS finding
FROM payouts WHERE id > ? AND id <= ? AND (state = 'due') <> (settled_at IS NULL) ORDER BY id LIMIT ?;

-- --- 6: outbox ----------------------------------------------------------------------------------------------------------------

-- name: invariant_outbox_once
SELECT CONCAT('messages ', o.id, ' and ', d.id, ' announce the same to the same receiver') AS finding
FROM outbox_messages o STRAIGHT_JOIN outbox_messages d
  ON d.kind = o.kind AND d.channel = o.channel AND d.endpoint_id = o.endpoint_id AND d.message_key = o.message_key AND d.id > o.id
WHERE o.id > ? AND o.id <= ? ORDER BY o.id LIMIT ?;

-- name: invariant_outbox_state
SELECT CONCAT('message ', id, ' is ', COALESCE(NULLIF(state, ''), 'in no state'), IF(done_at IS NULL, ' without', ' with'), ' a time of its end') AS finding
FROM outbox_messages
WHERE id > ? AND id <= ? AND (state NOT IN ('waiting', 'sent', 'dead', 'discarded') OR (state = 'waiting') <> (done_at IS NULL)) ORDER BY id LIMIT ?;

-- name: invariant_outbox_claim
SELECT CONCAT('message ', o.id, ' announces claim ', o.claim_id, ', which does not exist') AS finding
FROM outbox_messages o LEFT JOIN claims c ON c.id = o.claim_id
WHERE o.id > ? AND o.id <= ? AND o.claim_id IS NOT NULL AND c.id IS NULL ORDER BY o.id LIMIT ?;

-- name: invariant_outbox_alerts
SELECT CONCAT('product ', id, ': more alerts announced than there were') AS finding FROM products
WHERE low_announced > low_alerts OR sold_out_announced > sold_out_alerts ORDER BY id LIMIT ?;

-- name: invariant_outbox_closing
SELECT CONCAT('message ', o.id, ' tells of user ', COALESCE(o.user_id, 0), ' and a deadline, which nobody looked at so far') AS finding
FROM outbox_messages o LEFT JOIN milestone_closings w ON w.milestone_id = CAST(SUBSTRING_INDEX(o.message_key, '-', 1) AS UNSIGNED)
WHERE o.id > ? AND o.id <= ? AND o.kind = 'claim.closing' AND (w.position IS NULL OR o.user_id IS NULL OR o.user_id > w.position) ORDER BY o.id LIMIT ?;

-- --- 7: audit -----------------------------------------------------------------------------------------------------------------

-- name: invariant_audit_stock
SELECT CONCAT('product ', id, ': ', changes, ' changes of its stock by hand, ', noted, ' in the audit log') AS finding
FROM (SELECT p.id, (SELECT COUNT(*) FROM stock_movements m WHERE m.product_id = p.id AND m.source IN ('staff', 'shop', 'command')) AS changes,
    (SELECT COUNT(*) FROM audit_entries a WHERE a.subject = 'product' AND a.subject_id = p.id AND a.action = 'stock.change') AS noted
  FROM products p WHERE p.id > ? AND p.id <= ?) c
WHERE changes <> noted ORDER BY id LIMIT ?;

-- name: invariant_audit_event
SELECT CONCAT('event ', e.id, ': the audit log does not know who made it') AS finding FROM events e
WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject = 'event' AND a.subject_id = e.id AND a.action = 'event.create')
ORDER BY e.id LIMIT ?;

-- name: invariant_audit_product
SELECT CONCAT('product ', p.id, ': the audit log does not know who made it') AS finding FROM products p
WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject = 'product' AND a.subject_id = p.id AND a.action = 'product.create')
ORDER BY p.id LIMIT ?;

-- name: invariant_audit_milestone
SELECT CONCAT('milestone ', m.id, ': the audit log does not know who made it') AS finding FROM milestones m
WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject = 'milestone' AND a.subject_id = m.id AND a.action = 'milestone.create')
ORDER BY m.id LIMIT ?;

-- name: invariant_audit_outage
SELECT CONCAT('outage ', o.id, ' of event ', o.event_id, ' is ', o.state, ': the audit log does not know of it') AS finding FROM outages o
WHERE o.id > ? AND o.id <= ? AND o.state <> 'planned' AND NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.subject = 'outage' AND a.subject_id = o.id
  AND a.action = CASE o.state WHEN 'applying' THEN 'outage.apply' WHEN 'applied' THEN 'outage.applied' WHEN 'undoing' THEN 'outage.undo' ELSE 'outage.undone' END)
ORDER BY o.id LIMIT ?;

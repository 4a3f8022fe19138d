-- SPDX-License-Identifier: MIT
-- The demo's history, in batches of some thousand customers as one JSON document. The event is a
-- draft meanwhile, so it has no other claims.

-- Each customer (s: the subject's bytes in hex, o: the second of the first day) with one bit for
-- each day in days. The time of a check-in varies by some hours from day to day, between seven in
-- the morning and midnight.
-- name: demo_attendance
INSERT INTO attendance (event_id, user_id, date, at)
SELECT ?, u.id, d.date, TIMESTAMPADD(SECOND, 25200 + MOD(r.moment + 9176 * d.day, 61200), d.start)
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]'
    COLUMNS (subject VARCHAR(510) PATH '$.s', days INT UNSIGNED PATH '$.d', moment INT UNSIGNED PATH '$.o')) r
  JOIN users u ON u.issuer_id = ? AND u.subject = UNHEX(r.subject)
  JOIN JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]'
    COLUMNS (day INT UNSIGNED PATH '$.n', date DATE PATH '$.date', start DATETIME PATH '$.start')) d ON r.days & (1 << d.day)
ORDER BY u.id, d.date;

-- name: demo_last_claim
SELECT COALESCE(MAX(id), 0) AS last_id FROM claims;

-- name: demo_claims
INSERT INTO claims (event_id, user_id, milestone_id, product_id, product_name, kind, points, claimed_at)
SELECT m.event_id, u.id, m.id, p.id, p.name, p.kind, p.points, r.at
FROM JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]'
    COLUMNS (subject VARCHAR(510) PATH '$.s', milestone_id INT UNSIGNED PATH '$.m', at DATETIME PATH '$.t')) r
  JOIN users u ON u.issuer_id = ? AND u.subject = UNHEX(r.subject)
  JOIN milestones m ON m.id = r.milestone_id
  JOIN products p ON p.id = m.product_id
ORDER BY r.at, m.at;

-- name: demo_point_entries
INSERT INTO point_entries (user_id, amount, balance, source, reference, reason, at)
SELECT c.user_id, c.points, u.points + SUM(c.points) OVER (PARTITION BY c.user_id ORDER BY c.id), 'claim', CAST(c.id AS BINARY), c.product_name, c.claimed_at
FROM claims c JOIN users u ON u.id = c.user_id
WHERE c.event_id = ? AND c.id > ? AND c.kind = 'points' ORDER BY c.id;

-- name: demo_balances
UPDATE users u JOIN (SELECT user_id, SUM(points) AS total FROM claims WHERE event_id = ? AND id > ? AND kind = 'points' GROUP BY user_id) c
  ON c.user_id = u.id
SET u.points = u.points + c.total;

-- name: demo_stock_movements
INSERT INTO stock_movements (product_id, delta, source, reference, at)
SELECT c.product_id, -1, 'claim', CAST(c.id AS BINARY), c.claimed_at
FROM claims c JOIN products p ON p.id = c.product_id
WHERE c.event_id = ? AND c.id > ? AND p.remain IS NOT NULL ORDER BY c.id;

-- name: demo_stock
UPDATE products p JOIN (SELECT product_id, COUNT(*) AS taken FROM claims WHERE event_id = ? AND id > ? GROUP BY product_id) c ON c.product_id = p.id
SET p.remain = p.remain - c.taken
WHERE p.remain IS NOT NULL;

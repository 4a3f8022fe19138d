-- SPDX-License-Identifier: MIT
-- Lots of points that expire. The customer's row is locked before any change.

-- The balance of users u, without what has expired at the time of the parameter. Customers without
-- lots have no expires_at. A program that knows no lots may have spent more than the ledger has
-- beyond them; then it took from the first ones.
-- fragment: balance
CASE WHEN u.expires_at IS NULL THEN u.points ELSE (SELECT CAST(u.points - GREATEST(0, COALESCE(SUM(IF(l.expires_at <= ?, l.remaining, 0)), 0)
  - GREATEST(0, COALESCE(SUM(l.remaining), 0) - GREATEST(0, u.points))) AS SIGNED) FROM point_lots l WHERE l.user_id = u.id AND l.remaining > 0) END

-- name: lots_account
SELECT points, expires_at FROM users WHERE id = ?;

-- name: lots_open
SELECT entry_id, remaining, expires_at, expiries, is_announced FROM point_lots FORCE INDEX (point_lots_user) WHERE user_id = ? AND remaining > 0 ORDER BY expires_at, entry_id;

-- After the entry of the grant (LAST_INSERT_ID). Points that pay a debt do not expire.
-- name: lot_insert
INSERT INTO point_lots (entry_id, user_id, amount, remaining, expires_at)
SELECT LAST_INSERT_ID(), id, LEAST(?, GREATEST(0, points)), LEAST(?, GREATEST(0, points)), ? FROM users WHERE id = ?;

-- name: lot_mark_user
UPDATE users SET expires_at = LEAST(COALESCE(expires_at, ?), ?) WHERE id = ?;

-- name: lot_use_insert
INSERT INTO point_lot_uses (entry_id, lot_id, amount) VALUES (?, ?, ?);

-- name: lot_set
UPDATE point_lots SET remaining = ?, expires_at = ?, expiries = ?, is_announced = ? WHERE entry_id = ?;

-- A lot with nothing left is not announced; remaining is the new value here, on both servers.
-- name: lot_take
UPDATE point_lots SET remaining = remaining - ?, is_announced = IF(remaining = 0, 1, is_announced) WHERE entry_id = ?;

-- name: lots_next
UPDATE users SET expires_at = (SELECT MIN(l.expires_at) FROM point_lots l WHERE l.user_id = ? AND l.remaining > 0) WHERE id = ?;

-- name: lots_last_entry
SELECT MAX(id) AS id FROM point_entries WHERE user_id = ?;

-- Why a lot was granted.
-- name: lot_origin
SELECT reason FROM point_entries WHERE id = ?;

-- The lot of a grant, and how much of it has expired.
-- name: lot_of_grant
SELECT l.entry_id, l.remaining, l.expires_at, l.expiries, CAST(COALESCE((SELECT SUM(s.amount) FROM point_lot_uses s JOIN point_entries x ON x.id = s.entry_id
  WHERE s.lot_id = l.entry_id AND x.source IN ('expiry', 'expiry_reversal')), 0) AS SIGNED) AS expired
FROM point_entries e JOIN point_lots l ON l.entry_id = e.id WHERE e.source = ? AND e.reference = ?;

-- What a spend took from lots, less what its refunds have given back.
-- name: lots_used_by
SELECT l.entry_id, l.remaining, l.expires_at, l.expiries, CAST(SUM(s.amount) AS SIGNED) AS used
FROM point_lot_uses s JOIN point_lots l ON l.entry_id = s.lot_id
WHERE s.entry_id = ? OR s.entry_id IN (SELECT r.entry_id FROM point_refunds r WHERE r.spend_id = ?)
GROUP BY l.entry_id, l.remaining, l.expires_at, l.expiries ORDER BY l.expires_at, l.entry_id;

-- name: refund_sum
SELECT CAST(COALESCE(SUM(amount), 0) AS SIGNED) AS refunded FROM point_refunds WHERE spend_id = ?;

-- name: refund_insert
INSERT INTO point_refunds (entry_id, spend_id, amount) VALUES (?, ?, ?);

-- --- the notifier -----------------------------------------------------------------------------------

-- name: expiry_due
SELECT id FROM users FORCE INDEX (users_expires) WHERE expires_at <= ? ORDER BY expires_at, id LIMIT ?;

-- Lots that expire soon, if somebody receives announcements.
-- name: lots_to_announce
SELECT l.user_id FROM point_lots l FORCE INDEX (point_lots_announced) JOIN users u ON u.id = l.user_id AND u.state = 'active'
WHERE l.is_announced = 0 AND l.expires_at > ? AND l.expires_at <= ? AND l.remaining > 0
  AND EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints x ON x.id = s.endpoint_id WHERE s.kind = 'points.expiring' AND x.state = 'enabled')
ORDER BY l.expires_at, l.entry_id LIMIT ?;

-- name: lot_announced
UPDATE point_lots SET is_announced = 1 WHERE entry_id = ?;

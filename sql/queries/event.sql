-- SPDX-License-Identifier: MIT
-- Events and their milestones, as customers see them; without drafts.

-- columns: event_row
e.id, e.version, e.name, e.description, e.image, e.terms, e.mode, e.time_zone, e.starts_on, e.ends_on

-- fragment: event_options
e.needs_email, e.needs_phone, e.needs_account_days, e.excludes_staff, e.review_customers, e.closing_hours, e.is_public, e.stamped_by, e.shop_days_back, e.freezes, e.freeze_every,
  e.makeups, e.makeup_back, e.makeup_price, e.makeup_pays

-- The flags for announced check-ins and claims are part of the event: a change of subscriptions or
-- receivers increments the version of every event.
-- name: event_find
SELECT {{event_row}},
  EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints w ON w.id = s.endpoint_id
          WHERE s.kind = 'attendance.created' AND w.state = 'enabled') AS announces_check_ins,
  EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints w ON w.id = s.endpoint_id
          WHERE s.kind IN ('claim.created', 'points.changed') AND w.state = 'enabled') AS announces_claims,
  {{event_options}}, e.pays_check_ins, e.daily_points_cap, e.daily_points_budget, e.daily_points_wallet
FROM events e WHERE e.slug = ? AND e.state = 'open'

-- columns: any_event_row
{{event_row}}, e.slug, e.state, e.is_public, e.stamped_by, e.freezes, e.freeze_every

-- Drafts too, for the shop's backend; newest first.
-- name: event_all
SELECT {{any_event_row}} FROM events e WHERE e.id < ? ORDER BY e.id DESC LIMIT ?

-- name: event_any
SELECT {{any_event_row}} FROM events e WHERE e.slug = ?

-- Over all rows of the event.
-- name: event_figures
SELECT COUNT(DISTINCT user_id) AS participants, COUNT(*) AS check_ins, COALESCE(SUM(date = ?), 0) AS checked_in_today
FROM (SELECT user_id, date FROM attendance WHERE event_id = ? UNION ALL SELECT user_id, date FROM attendance_archive WHERE event_id = ?) days

-- What a milestone counts.
-- fragment: milestone_basis
COALESCE(m.basis, IF(e.mode = 'consecutive', 'streak', 'count'))

-- name: event_milestones
SELECT m.id, {{milestone_basis}} AS basis, m.at, m.claim_until, m.earned_from, p.id AS product_id, p.name, p.kind, p.points, p.image, p.tax_note, p.remain, p.wallet, p.expires, p.expires_after
FROM milestones m JOIN events e ON e.id = m.event_id JOIN products p ON p.id = m.product_id
WHERE m.event_id = ? ORDER BY m.at, m.id

-- Newest start first. The dates are local to each event, so this includes a day too many; the
-- program checks again. The first parameter after the time is 1 for visitors: public events only.
-- name: event_list
SELECT {{event_row}}, e.slug, e.stamped_by,
  EXISTS (SELECT 1 FROM milestones m WHERE m.event_id = e.id AND (m.claim_until IS NULL OR m.claim_until > ?)) AS is_claimable
FROM events e
WHERE e.state = 'open' AND e.is_public >= ? AND (e.starts_on < ? OR (e.starts_on = ? AND e.id < ?))
  AND (e.ends_on >= ? OR EXISTS (SELECT 1 FROM milestones m WHERE m.event_id = e.id AND (m.claim_until IS NULL OR m.claim_until > ?)))
ORDER BY e.starts_on DESC, e.id DESC LIMIT ?

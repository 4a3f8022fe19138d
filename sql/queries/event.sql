-- SPDX-License-Identifier: MIT
-- Events and their milestones, as customers see them; without drafts.

-- The flags for announced check-ins and claims are part of the event: a change of subscriptions or
-- receivers increments the version of every event.
-- name: event_find
SELECT id, version, name, description, image, terms, mode, time_zone, starts_on, ends_on,
  EXISTS (SELECT 1 FROM webhook_subscriptions s JOIN webhook_endpoints w ON w.id = s.endpoint_id
          WHERE s.kind = 'attendance.created' AND w.state = 'enabled'),
  EXISTS (SELECT 1 FROM webhook_subscriptions s WHERE s.kind IN ('claim.created', 'points.changed')),
  needs_email, needs_phone, needs_account_days, excludes_staff, review_customers, closing_hours
FROM events WHERE slug = ? AND state = 'open'

-- name: event_milestones
SELECT m.id, m.at, m.claim_until, m.earned_from, p.id, p.name, p.kind, p.points, p.image, p.tax_note, p.remain
FROM milestones m JOIN products p ON p.id = m.product_id
WHERE m.event_id = ? ORDER BY m.at, m.id

-- Newest start first. The dates are local to each event, so this includes a day too many; the
-- program checks again.
-- name: event_list
SELECT e.slug, e.id, e.version, e.name, e.description, e.image, e.terms, e.mode, e.time_zone, e.starts_on, e.ends_on,
  EXISTS (SELECT 1 FROM milestones m WHERE m.event_id = e.id AND (m.claim_until IS NULL OR m.claim_until > ?)) AS is_claimable
FROM events e
WHERE e.state = 'open' AND (e.starts_on < ? OR (e.starts_on = ? AND e.id < ?))
  AND (e.ends_on >= ? OR EXISTS (SELECT 1 FROM milestones m WHERE m.event_id = e.id AND (m.claim_until IS NULL OR m.claim_until > ?)))
ORDER BY e.starts_on DESC, e.id DESC LIMIT ?

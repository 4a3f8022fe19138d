-- SPDX-License-Identifier: MIT
-- The numbers that the database assigns (AUTO_INCREMENT), for dojangctl ids raise. Issuers are left
-- out: their numbers are small, and nobody outside sees them.

-- name: ids_tables
SELECT TABLE_NAME FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (
  'alert_recipients', 'api_keys', 'audit_entries', 'claims', 'coupon_codes', 'daily_points', 'events', 'milestones', 'outages',
  'outbox_messages', 'payouts', 'point_entries', 'products', 'removals', 'shop_attendance', 'staff', 'staff_sessions', 'stock_movements',
  'users', 'webhook_attempts',
  'webhook_endpoints')
ORDER BY TABLE_NAME;

-- MySQL knows no number of a table that never had a row.
-- name: ids_next
SELECT COALESCE(AUTO_INCREMENT, 1) AS next_id FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?;

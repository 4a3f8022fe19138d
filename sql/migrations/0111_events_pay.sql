-- SPDX-License-Identifier: MIT
-- pays_check_ins: the event has, or had, rules in daily_points. The limits are NULL where there is none.
ALTER TABLE events
  ADD COLUMN pays_check_ins TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN daily_points_cap INT UNSIGNED NULL,
  ADD COLUMN daily_points_budget BIGINT UNSIGNED NULL;

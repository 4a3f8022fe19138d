-- SPDX-License-Identifier: MIT
-- How far the counting of an event's participants is: the last customer of the present pass, when that began and when the last one ended.
ALTER TABLE summaries
  ADD COLUMN pass_position BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN pass_began_at DATETIME NULL,
  ADD COLUMN participants_at DATETIME NULL;

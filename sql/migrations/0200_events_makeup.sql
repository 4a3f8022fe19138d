-- SPDX-License-Identifier: MIT
-- How many missed days a customer can add later, how many days back, for how many points, and whether such a day pays check-in rewards.
ALTER TABLE events
  ADD COLUMN makeups TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN makeup_back SMALLINT UNSIGNED NOT NULL DEFAULT 7,
  ADD COLUMN makeup_price INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN makeup_pays TINYINT UNSIGNED NOT NULL DEFAULT 0;

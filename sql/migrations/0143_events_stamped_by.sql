-- SPDX-License-Identifier: MIT
-- Who adds days: the customers by checking in, the shop's backend, or both. The backend can add a day up to shop_days_back days later.
ALTER TABLE events
  ADD COLUMN stamped_by ENUM('customer','shop','both') NOT NULL DEFAULT 'customer',
  ADD COLUMN shop_days_back SMALLINT UNSIGNED NOT NULL DEFAULT 7;

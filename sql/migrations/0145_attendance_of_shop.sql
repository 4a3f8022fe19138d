-- SPDX-License-Identifier: MIT
-- A day that only reports of the shop's backend support.
ALTER TABLE attendance
  MODIFY source ENUM('check_in','import','staff','outage','shop') NOT NULL DEFAULT 'check_in';

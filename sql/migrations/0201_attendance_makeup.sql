-- SPDX-License-Identifier: MIT
-- A missed day that the customer added later.
ALTER TABLE attendance
  MODIFY source ENUM('check_in','import','staff','outage','shop','makeup') NOT NULL DEFAULT 'check_in';

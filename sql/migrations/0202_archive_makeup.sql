-- SPDX-License-Identifier: MIT
-- The same for archived days.
ALTER TABLE attendance_archive
  MODIFY source ENUM('check_in','import','staff','outage','shop','makeup') NOT NULL DEFAULT 'check_in';

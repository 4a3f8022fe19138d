-- SPDX-License-Identifier: MIT
-- Check-ins of events that are over, as they stood in attendance: a customer's days of an event are all here or all there.
CREATE TABLE attendance_archive (
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  at DATETIME NOT NULL,
  source ENUM('check_in','import','staff','outage') NOT NULL DEFAULT 'check_in',
  PRIMARY KEY (event_id, user_id, date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

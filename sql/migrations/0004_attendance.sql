-- SPDX-License-Identifier: MIT
-- One check-in: the primary key refuses a second on the same local date. Count and runs are worked out from these rows.
-- No foreign keys here: a check-in must not take locks on the event's row that all customers share.
CREATE TABLE attendance (
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  at DATETIME NOT NULL,
  source ENUM('check_in','import','staff','outage') NOT NULL DEFAULT 'check_in',
  PRIMARY KEY (event_id, user_id, date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

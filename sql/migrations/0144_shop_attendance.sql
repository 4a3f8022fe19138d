-- SPDX-License-Identifier: MIT
-- What the shop's backend reported for a day: an order or a visit, once per reference. removed_at: the order was cancelled.
CREATE TABLE shop_attendance (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  reference VARBINARY(400) NOT NULL,
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  source ENUM('purchase','visit','other') NOT NULL,
  made_day TINYINT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  removed_at DATETIME NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shop_attendance_reference (reference),
  KEY shop_attendance_day (event_id, user_id, date),
  KEY shop_attendance_user (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

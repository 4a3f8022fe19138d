-- SPDX-License-Identifier: MIT
-- What an event pays for a check-in: the points of every rule that matches the day are added. rule: every, streak:7, streak:7/7 (of a
-- cycle of 7 days), weekday:sun or date:2026-12-25.
CREATE TABLE daily_points (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id INT UNSIGNED NOT NULL,
  rule VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  points INT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY daily_points_once (event_id, rule),
  CONSTRAINT daily_points_event FOREIGN KEY (event_id) REFERENCES events (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Dates of an event on which the service was down, and which count for who was there the day before or the day after. The work goes on
-- batch by batch: position is the last customer that the present pass has looked at. expected: how many the preview found; added and
-- taken_back: how many days were written and removed. undone_at: when one was last removed; claims until then stand without the day.
CREATE TABLE outages (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id INT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  reason VARCHAR(200) NOT NULL,
  state ENUM('planned','applying','applied','undoing','undone') NOT NULL DEFAULT 'planned',
  position BIGINT UNSIGNED NOT NULL DEFAULT 0,
  is_counted TINYINT UNSIGNED NOT NULL DEFAULT 0,
  expected INT UNSIGNED NOT NULL DEFAULT 0,
  added INT UNSIGNED NOT NULL DEFAULT 0,
  taken_back INT UNSIGNED NOT NULL DEFAULT 0,
  actor VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at DATETIME NOT NULL,
  undone_at DATETIME NULL,
  PRIMARY KEY (id),
  UNIQUE KEY outages_once (event_id, date),
  CONSTRAINT outages_event FOREIGN KEY (event_id) REFERENCES events (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

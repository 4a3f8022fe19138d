-- SPDX-License-Identifier: MIT
-- Attendance campaigns. version grows with every change of the event or its milestones, so that what a worker keeps can be checked.
CREATE TABLE events (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  slug VARBINARY(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  description TEXT NOT NULL,
  image VARCHAR(500) NULL,
  terms TEXT NULL,
  mode ENUM('cumulative','consecutive') NOT NULL,
  time_zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  state ENUM('draft','open') NOT NULL DEFAULT 'draft',
  version INT UNSIGNED NOT NULL DEFAULT 1,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY events_slug (slug),
  KEY events_starts_on (starts_on, id),
  CONSTRAINT events_days CHECK (starts_on <= ends_on)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- How far what may not be kept for longer was erased from long tables, by the id of the last row that was looked at.
CREATE TABLE retention_marks (
  name VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

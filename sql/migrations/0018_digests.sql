-- SPDX-License-Identifier: MIT
-- The local dates whose digest was announced: the primary key lets one notifier of several do it.
CREATE TABLE digests (
  date DATE NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

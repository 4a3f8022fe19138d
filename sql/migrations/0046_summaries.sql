-- SPDX-License-Identifier: MIT
-- What the overview shows of an event, counted now and then by whoever has the lease: a cache that may be dropped at any time.
CREATE TABLE summaries (
  event_id INT UNSIGNED NOT NULL,
  at DATETIME NULL,
  leased_until DATETIME NULL,
  data MEDIUMTEXT NULL,
  PRIMARY KEY (event_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

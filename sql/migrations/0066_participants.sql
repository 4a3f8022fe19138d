-- SPDX-License-Identifier: MIT
-- What staff sort an event's customers by: a cache, counted from the attendance rows while someone looks, that may be emptied at any time.
CREATE TABLE participants (
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  days SMALLINT UNSIGNED NOT NULL,
  last_on DATE NOT NULL,
  PRIMARY KEY (event_id, user_id),
  KEY participants_days (event_id, days, user_id),
  KEY participants_last (event_id, last_on, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

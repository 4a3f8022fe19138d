-- SPDX-License-Identifier: MIT
-- What each check-in of such an event paid, and by which rules ("every=10 streak:7/7=50"). points 0: withheld says which limit withheld
-- it. round: grows when the day was removed and checked in again. cap: what was the customer's limit then; NULL: none.
CREATE TABLE check_in_payments (
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  date DATE NOT NULL,
  round SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  points INT UNSIGNED NOT NULL,
  parts VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  withheld ENUM('cap','budget') NULL,
  cap INT UNSIGNED NULL,
  at DATETIME NOT NULL,
  reversed_at DATETIME NULL,
  PRIMARY KEY (event_id, user_id, date, round)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

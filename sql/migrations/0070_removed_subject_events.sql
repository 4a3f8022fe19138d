-- SPDX-License-Identifier: MIT
-- The events that a removed person took part in: while one of them is not over, whenever that is, the subject is kept out. Not the
-- person's internal number, which the hash must not lead to.
CREATE TABLE removed_subject_events (
  subject_hash VARBINARY(32) NOT NULL,
  event_id INT UNSIGNED NOT NULL,
  PRIMARY KEY (subject_hash, event_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

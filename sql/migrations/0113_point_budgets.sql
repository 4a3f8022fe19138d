-- SPDX-License-Identifier: MIT
-- What is left of an event's budget, in several rows, so that check-ins do not wait for one of them.
CREATE TABLE point_budgets (
  event_id INT UNSIGNED NOT NULL,
  shard TINYINT UNSIGNED NOT NULL,
  remaining BIGINT NOT NULL,
  PRIMARY KEY (event_id, shard),
  CONSTRAINT point_budgets_event FOREIGN KEY (event_id) REFERENCES events (id),
  CONSTRAINT point_budgets_remaining CHECK (remaining >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

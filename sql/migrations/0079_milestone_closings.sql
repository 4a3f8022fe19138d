-- SPDX-License-Identifier: MIT
-- How far the shop was told of customers who have not claimed a milestone whose deadline is near: up to which user, in the order of their
-- ids, and when that was done. No foreign key: what was announced stays announced when a milestone goes.
CREATE TABLE milestone_closings (
  milestone_id INT UNSIGNED NOT NULL,
  position BIGINT UNSIGNED NOT NULL,
  done_at DATETIME NULL,
  PRIMARY KEY (milestone_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Customers who belong to the shop though no staff account says so: kept out of events that exclude staff.
CREATE TABLE excluded_users (
  user_id BIGINT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

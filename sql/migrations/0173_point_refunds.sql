-- SPDX-License-Identifier: MIT
-- Entries that refund a spend, all of it or a part.
CREATE TABLE point_refunds (
  entry_id BIGINT UNSIGNED NOT NULL,
  spend_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (entry_id),
  KEY point_refunds_spend (spend_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

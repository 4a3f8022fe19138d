-- SPDX-License-Identifier: MIT
-- Claims that are no longer earned since the shop's backend took a day back. Staff review them.
CREATE TABLE claim_rechecks (
  claim_id BIGINT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (claim_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

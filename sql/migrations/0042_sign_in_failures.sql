-- SPDX-License-Identifier: MIT
-- Failed sign-ins in a row, by name and by client address (keyed hashes): whether a name exists makes no difference here.
CREATE TABLE sign_in_failures (
  kind ENUM('email','address') NOT NULL,
  hash BINARY(32) NOT NULL,
  failures INT UNSIGNED NOT NULL,
  last_at DATETIME NOT NULL,
  PRIMARY KEY (kind, hash),
  KEY sign_in_failures_last (last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

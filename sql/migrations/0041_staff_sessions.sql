-- SPDX-License-Identifier: MIT
-- Who is signed in: the SHA-256 of the cookie's random value, so that a copy of this table opens nothing.
CREATE TABLE staff_sessions (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  token_hash BINARY(32) NOT NULL,
  staff_id INT UNSIGNED NOT NULL,
  created_at DATETIME NOT NULL,
  seen_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY staff_sessions_token (token_hash),
  KEY staff_sessions_staff (staff_id),
  KEY staff_sessions_created (created_at),
  CONSTRAINT staff_sessions_staff FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

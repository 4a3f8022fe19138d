-- SPDX-License-Identifier: MIT
-- Customers. A subject is compared byte by byte; it is NULL once the person was removed.
-- points is the sum of the user's point_entries, kept in the same transaction; a reversal alone may take it below zero.
CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  issuer_id SMALLINT UNSIGNED NOT NULL,
  subject VARBINARY(255) NULL,
  username VARCHAR(255) NULL,
  state ENUM('active','blocked','removed') NOT NULL DEFAULT 'active',
  points BIGINT NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY users_subject (issuer_id, subject),
  CONSTRAINT users_issuer FOREIGN KEY (issuer_id) REFERENCES issuers (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Keeps a removed person out until the events they took part in are over: an HMAC of issuer and subject, of no use without the key.
CREATE TABLE removed_subjects (
  subject_hash VARBINARY(32) NOT NULL,
  keep_until DATETIME NOT NULL,
  PRIMARY KEY (subject_hash),
  KEY removed_subjects_until (keep_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

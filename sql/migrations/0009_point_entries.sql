-- SPDX-License-Identifier: MIT
-- The append-only points ledger. balance is the user's sum after this entry; reference is unique per source.
CREATE TABLE point_entries (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  user_id BIGINT UNSIGNED NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  source ENUM('claim','cancellation','staff','shop','command') NOT NULL,
  reference VARBINARY(190) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  internal_note VARCHAR(200) NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY point_entries_reference (source, reference),
  KEY point_entries_user (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

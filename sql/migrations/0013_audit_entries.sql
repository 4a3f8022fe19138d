-- SPDX-License-Identifier: MIT
-- Every change by staff and by the command line: who, when, from where, what, before and after. Internal ids only, no personal data.
CREATE TABLE audit_entries (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  at DATETIME NOT NULL,
  actor VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  address VARBINARY(45) NULL,
  action VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id BIGINT UNSIGNED NOT NULL,
  before_change TEXT NULL,
  after_change TEXT NULL,
  PRIMARY KEY (id),
  KEY audit_entries_subject (subject, subject_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

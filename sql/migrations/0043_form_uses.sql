-- SPDX-License-Identifier: MIT
-- Forms of the console that have done their work: written in the same transaction, so that a form sent twice does it once.
CREATE TABLE form_uses (
  id BINARY(16) NOT NULL,
  used_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  KEY form_uses_used (used_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

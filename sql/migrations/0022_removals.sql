-- SPDX-License-Identifier: MIT
-- What was destroyed, when and on whose word; internal ids only.
CREATE TABLE removals (
  user_id BIGINT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  actor VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  destroyed VARCHAR(200) NOT NULL,
  PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

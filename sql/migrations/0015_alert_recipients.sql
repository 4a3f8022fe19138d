-- SPDX-License-Identifier: MIT
-- Staff who get the shop's alerts by mail. event_id 0: alerts of every event, the digest and what concerns the whole shop.
CREATE TABLE alert_recipients (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id INT UNSIGNED NOT NULL DEFAULT 0,
  email VARCHAR(254) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language ENUM('ko','en') NOT NULL DEFAULT 'ko',
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY alert_recipients_once (event_id, email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

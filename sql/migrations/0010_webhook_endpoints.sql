-- SPDX-License-Identifier: MIT
-- Where the shop wants to be told. Secrets are sealed (AES-256-GCM; the sealed bytes name their key); two may be good at a time.
CREATE TABLE webhook_endpoints (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  url VARCHAR(500) NOT NULL,
  secret VARBINARY(255) NOT NULL,
  second_secret VARBINARY(255) NULL,
  state ENUM('enabled','disabled') NOT NULL DEFAULT 'enabled',
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- The delivery log of webhooks: one row per attempt. status NULL: no answer came, error says why.
CREATE TABLE webhook_attempts (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  endpoint_id INT UNSIGNED NOT NULL,
  message_id BIGINT UNSIGNED NOT NULL,
  status SMALLINT UNSIGNED NULL,
  error VARCHAR(500) NULL,
  duration_ms INT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id),
  KEY webhook_attempts_endpoint (endpoint_id, id),
  KEY webhook_attempts_at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

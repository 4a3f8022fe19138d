-- SPDX-License-Identifier: MIT
-- Mails and webhooks to be delivered: written in the transaction of their cause, once per receiver. Holds internal ids only; what
-- a person reads is put together at delivery. dead is a dead letter. message_key makes each announcement unique per receiver.
CREATE TABLE outbox_messages (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel ENUM('mail','webhook') NOT NULL,
  endpoint_id INT UNSIGNED NOT NULL DEFAULT 0,
  message_key VARBINARY(100) NOT NULL,
  event_id INT UNSIGNED NULL,
  user_id BIGINT UNSIGNED NULL,
  product_id INT UNSIGNED NULL,
  claim_id BIGINT UNSIGNED NULL,
  data TEXT NOT NULL,
  state ENUM('waiting','sent','dead','discarded') NOT NULL DEFAULT 'waiting',
  attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  due_at DATETIME NOT NULL,
  lease_owner VARBINARY(64) NULL,
  leased_until DATETIME NULL,
  last_error VARCHAR(500) NULL,
  created_at DATETIME NOT NULL,
  done_at DATETIME NULL,
  PRIMARY KEY (id),
  UNIQUE KEY outbox_messages_once (kind, channel, endpoint_id, message_key),
  KEY outbox_messages_due (state, due_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

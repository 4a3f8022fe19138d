-- SPDX-License-Identifier: MIT
-- What the shop's own wallet must be credited with; points below zero are taken back. Exactly one of claim_id, check_in
-- (EVENT-USER-DATE, from the second round on with -ROUND) and reverses (the payout that it takes back) is the cause. due_at stays
-- when a failed payout becomes due again. announced: by the webhook payout.due.
CREATE TABLE payouts (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  user_id BIGINT UNSIGNED NOT NULL,
  event_id INT UNSIGNED NOT NULL,
  claim_id BIGINT UNSIGNED NULL,
  check_in VARBINARY(100) NULL,
  reverses BIGINT UNSIGNED NULL,
  points BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  state ENUM('due','paid','failed','cancelled') NOT NULL DEFAULT 'due',
  due_at DATETIME NOT NULL,
  settled_at DATETIME NULL,
  reference VARBINARY(400) NULL,
  failure VARCHAR(200) NULL,
  announced TINYINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY payouts_claim (claim_id),
  UNIQUE KEY payouts_check_in (check_in),
  UNIQUE KEY payouts_reverses (reverses),
  KEY payouts_state (state, id),
  KEY payouts_overdue (state, due_at),
  KEY payouts_announced (announced, state, id),
  KEY payouts_user (user_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

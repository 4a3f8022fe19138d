-- SPDX-License-Identifier: MIT
-- One user received one milestone's product once; the unique key refuses a second in the same round.
-- product_name, kind and points are the promise as it stood. A new round begins only where another_round was allowed by staff.
-- No foreign keys: the insert must not take a shared lock on the product's row that the claim then updates.
CREATE TABLE claims (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id INT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  milestone_id INT UNSIGNED NOT NULL,
  round SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  product_id INT UNSIGNED NOT NULL,
  product_name VARCHAR(200) NOT NULL,
  kind ENUM('points','item','coupon') NOT NULL,
  points INT UNSIGNED NULL,
  state ENUM('claimed','preparing','shipped','delivered','cancelled') NOT NULL DEFAULT 'claimed',
  claimed_at DATETIME NOT NULL,
  coupon VARCHAR(190) NULL,
  tracking VARCHAR(190) NULL,
  another_round TINYINT UNSIGNED NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  UNIQUE KEY claims_once (user_id, event_id, milestone_id, round)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

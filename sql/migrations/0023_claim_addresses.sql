-- SPDX-License-Identifier: MIT
-- Where an item goes: sealed, given with consent by the one who claimed it, erased at erase_at (some days after delivery).
CREATE TABLE claim_addresses (
  claim_id BIGINT UNSIGNED NOT NULL,
  user_id BIGINT UNSIGNED NOT NULL,
  sealed VARBINARY(17000) NOT NULL,
  consented_at DATETIME NOT NULL,
  erase_at DATETIME NULL,
  PRIMARY KEY (claim_id),
  KEY claim_addresses_user (user_id),
  KEY claim_addresses_erase (erase_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

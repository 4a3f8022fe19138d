-- SPDX-License-Identifier: MIT
-- The codes of coupon products. What is left of such a product is its codes that nobody has; a code leaves the list once.
CREATE TABLE coupon_codes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  product_id INT UNSIGNED NOT NULL,
  code VARBINARY(190) NOT NULL,
  claim_id BIGINT UNSIGNED NULL,
  PRIMARY KEY (id),
  UNIQUE KEY coupon_codes_code (code),
  UNIQUE KEY coupon_codes_claim (claim_id),
  KEY coupon_codes_left (product_id, claim_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Every change of a product's remaining stock. The sum of a product's movements is its remain (initial stock is a movement too).
-- reference is unique per source: the claim's id, the product's id for the initial stock, a form's one-time id, the shop's own.
CREATE TABLE stock_movements (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  product_id INT UNSIGNED NOT NULL,
  delta INT NOT NULL,
  source ENUM('initial','claim','cancellation','staff','shop','command') NOT NULL,
  reference VARBINARY(190) NOT NULL,
  reason VARCHAR(200) NULL,
  at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY stock_movements_reference (source, reference),
  KEY stock_movements_product (product_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

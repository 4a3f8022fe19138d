-- SPDX-License-Identifier: MIT
-- What can be given. remain NULL is unlimited, 0 is sold out.
-- low_alerts and sold_out_alerts count the times the stock came down to the threshold and to zero; the UPDATE that takes the
-- stock counts them, and the notifier announces what *_announced has not caught up with.
CREATE TABLE products (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(200) NOT NULL,
  kind ENUM('points','item','coupon') NOT NULL,
  points INT UNSIGNED NULL,
  image VARCHAR(500) NULL,
  tax_note TEXT NULL,
  remain INT NULL,
  threshold INT UNSIGNED NULL,
  low_alerts INT UNSIGNED NOT NULL DEFAULT 0,
  low_announced INT UNSIGNED NOT NULL DEFAULT 0,
  sold_out_alerts INT UNSIGNED NOT NULL DEFAULT 0,
  sold_out_announced INT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT products_remain CHECK (remain >= 0),
  CONSTRAINT products_points CHECK ((kind = 'points') = (points IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- In an event, at N check-ins, this product. earned_from: only who reaches N on or after this local date earns it (NULL: everyone).
CREATE TABLE milestones (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  event_id INT UNSIGNED NOT NULL,
  at INT UNSIGNED NOT NULL,
  product_id INT UNSIGNED NOT NULL,
  claim_until DATETIME NULL,
  earned_from DATE NULL,
  PRIMARY KEY (id),
  KEY milestones_event (event_id, at, id),
  CONSTRAINT milestones_event FOREIGN KEY (event_id) REFERENCES events (id),
  CONSTRAINT milestones_product FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT milestones_at CHECK (at >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Which kinds of message an endpoint wants: claim.created, stock.low, points.changed and so on.
CREATE TABLE webhook_subscriptions (
  kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  endpoint_id INT UNSIGNED NOT NULL,
  PRIMARY KEY (kind, endpoint_id),
  CONSTRAINT webhook_subscriptions_endpoint FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

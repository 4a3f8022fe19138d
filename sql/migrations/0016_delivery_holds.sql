-- SPDX-License-Identifier: MIT
-- Why nothing leaves at the moment: the mail settings are at fault or the server is away (channel mail, endpoint 0), or an endpoint
-- asked for patience. Messages wait untouched until until_at; then one is tried, and its success ends the hold.
CREATE TABLE delivery_holds (
  channel ENUM('mail','webhook') NOT NULL,
  endpoint_id INT UNSIGNED NOT NULL,
  reason VARCHAR(500) NOT NULL,
  tries SMALLINT UNSIGNED NOT NULL DEFAULT 1,
  since DATETIME NOT NULL,
  until_at DATETIME NOT NULL,
  PRIMARY KEY (channel, endpoint_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

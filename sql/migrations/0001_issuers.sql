-- SPDX-License-Identifier: MIT
-- The token issuers that customers come from; a row is made when a program first meets the issuer in its settings.
CREATE TABLE issuers (
  id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  iss VARBINARY(255) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY issuers_iss (iss)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Keys of the shop's backend. The id finds the row; of the secret (32 random bytes) only the SHA-256 is kept.
CREATE TABLE api_keys (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(100) NOT NULL,
  secret_hash VARBINARY(32) NOT NULL,
  scopes SET('users:read','users:delete','points:write','claims:write','stock:write') NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME NULL,
  last_used_at DATETIME NULL,
  revoked_at DATETIME NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- SPDX-License-Identifier: MIT
-- Staff. A password is a crypt(3) hash, NULL where the person signs in by OpenID only; email is kept in lower case. version grows with
-- each change, so that of two who edit the same the second hears of it.
CREATE TABLE staff (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  email VARBINARY(254) NOT NULL,
  name VARCHAR(100) NOT NULL,
  role ENUM('viewer','manager','owner') NOT NULL,
  state ENUM('active','disabled') NOT NULL DEFAULT 'active',
  password VARBINARY(255) NULL,
  openid_issuer VARBINARY(255) NULL,
  openid_subject VARBINARY(255) NULL,
  language ENUM('ko','en') NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  created_at DATETIME NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY staff_email (email),
  UNIQUE KEY staff_openid (openid_issuer, openid_subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

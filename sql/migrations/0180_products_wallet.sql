-- SPDX-License-Identifier: MIT
-- Where the points of a product go: into Dojang's ledger or into the shop's own wallet.
ALTER TABLE products ADD COLUMN wallet ENUM('dojang','shop') NOT NULL DEFAULT 'dojang';

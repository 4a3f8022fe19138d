-- SPDX-License-Identifier: MIT
-- Where the points for check-ins go: into Dojang's ledger or into the shop's own wallet. Fixed once something was paid.
ALTER TABLE events ADD COLUMN daily_points_wallet ENUM('dojang','shop') NOT NULL DEFAULT 'dojang';

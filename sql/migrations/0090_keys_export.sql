-- SPDX-License-Identifier: MIT
-- users:export reads everything that is known of a customer, delivery addresses and coupon codes among it. Until now users:read was
-- enough for that.
ALTER TABLE api_keys
  MODIFY scopes SET('users:read','users:delete','points:write','claims:write','stock:write','users:export') NOT NULL;

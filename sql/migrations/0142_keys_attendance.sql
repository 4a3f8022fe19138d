-- SPDX-License-Identifier: MIT
-- attendance:write adds days to customers, for orders and visits.
ALTER TABLE api_keys
  MODIFY scopes SET('users:read','users:delete','points:write','claims:write','stock:write','users:export','events:read','claims:read','stock:read','attendance:write') NOT NULL;

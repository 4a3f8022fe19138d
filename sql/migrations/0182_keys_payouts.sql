-- SPDX-License-Identifier: MIT
-- payouts:write reads and settles payouts.
ALTER TABLE api_keys
  MODIFY scopes SET('users:read','users:delete','points:write','claims:write','stock:write','users:export','events:read','claims:read','stock:read','attendance:write','payouts:write') NOT NULL;

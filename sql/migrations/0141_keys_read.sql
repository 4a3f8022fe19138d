-- SPDX-License-Identifier: MIT
-- Scopes that only read. claims:write and stock:write still include reading.
ALTER TABLE api_keys
  MODIFY scopes SET('users:read','users:delete','points:write','claims:write','stock:write','users:export','events:read','claims:read','stock:read') NOT NULL;

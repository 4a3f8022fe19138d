-- SPDX-License-Identifier: MIT
-- The same for the request that changed the state or the tracking number of a claim.
ALTER TABLE claims ADD COLUMN received_ms BIGINT UNSIGNED NULL;

-- SPDX-License-Identifier: MIT
-- When the web server received the request that gave the address, in milliseconds since 1970: an earlier request that arrives late must
-- not replace it.
ALTER TABLE claim_addresses ADD COLUMN received_ms BIGINT UNSIGNED NULL;

-- SPDX-License-Identifier: MIT
-- Addresses of claims that were cancelled had no end.
UPDATE claim_addresses a JOIN claims c ON c.id = a.claim_id SET a.erase_at = DATE_ADD(UTC_TIMESTAMP(), INTERVAL 30 DAY)
WHERE a.erase_at IS NULL AND c.state = 'cancelled';

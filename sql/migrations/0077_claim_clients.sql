-- SPDX-License-Identifier: MIT
-- Where a claim of an item came from, as a keyed hash of the client's address, and when staff looked at it. Erased after some time.
ALTER TABLE claims
  ADD COLUMN client_hash BINARY(16) NULL,
  ADD COLUMN reviewed_at DATETIME NULL;

-- SPDX-License-Identifier: MIT
-- When the first of the customer's open lots expires, or earlier; NULL: nothing of theirs expires. Who has no lots is not asked for any.
ALTER TABLE users
  ADD COLUMN expires_at DATETIME NULL,
  ADD KEY users_expires (expires_at);

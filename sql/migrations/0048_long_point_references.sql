-- SPDX-License-Identifier: MIT
-- The shop's references have up to 100 characters, of up to four bytes each.
ALTER TABLE point_entries MODIFY reference VARBINARY(400) NOT NULL;

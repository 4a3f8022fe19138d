-- SPDX-License-Identifier: MIT
-- Whether visitors without a token can see an event. Events that exist already stay hidden from them; new ones are inserted with 1.
ALTER TABLE events ADD COLUMN is_public TINYINT UNSIGNED NOT NULL DEFAULT 0;

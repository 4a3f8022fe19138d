-- SPDX-License-Identifier: MIT
-- The log of removals is read from the newest on: a number for each, in the order in which they were noted.
ALTER TABLE removals ADD COLUMN number INT UNSIGNED NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY removals_number (number);

-- SPDX-License-Identifier: MIT
-- What a milestone counts: all days, or days in a row. NULL: what the event's mode says.
ALTER TABLE milestones ADD COLUMN basis ENUM('count','streak') NULL;

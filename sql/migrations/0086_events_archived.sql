-- SPDX-License-Identifier: MIT
-- Since when an event's check-ins are moved to the archive: from then on nobody adds or takes away a day of it, and its end stays where it is.
ALTER TABLE events ADD COLUMN archived_at DATETIME NULL;

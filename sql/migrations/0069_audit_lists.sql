-- SPDX-License-Identifier: MIT
-- The audit log of one person, and of one kind of thing, the newest first.
ALTER TABLE audit_entries ADD KEY audit_entries_actor (actor, id), ADD KEY audit_entries_about (subject, id);

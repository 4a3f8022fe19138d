-- SPDX-License-Identifier: MIT
-- Events as staff see them: drafts too. Newest first.

-- name: console_events
SELECT id, name, slug, mode, starts_on, ends_on, state FROM events WHERE id < ? ORDER BY id DESC LIMIT ?;

-- SPDX-License-Identifier: MIT
-- Each customer begins with `freezes` freezes and gets one more with every `freeze_every` check-ins (0: none), but never has more than `freezes`.
ALTER TABLE events
  ADD COLUMN freezes TINYINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN freeze_every SMALLINT UNSIGNED NOT NULL DEFAULT 0;

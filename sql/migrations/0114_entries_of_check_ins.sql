-- SPDX-License-Identifier: MIT
-- Points of check-ins have the reference EVENT-USER-DATE, from the second round on with -ROUND.
ALTER TABLE point_entries
  MODIFY COLUMN source ENUM('claim','cancellation','staff','shop','command','check_in','check_in_reversal') NOT NULL;

-- SPDX-License-Identifier: MIT
-- Expired points have the reference LOT, from the second time on with -NUMBER.
ALTER TABLE point_entries
  MODIFY COLUMN source ENUM('claim','cancellation','staff','shop','command','check_in','check_in_reversal','expiry','expiry_reversal') NOT NULL;

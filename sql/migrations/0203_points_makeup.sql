-- SPDX-License-Identifier: MIT
-- What a made-up day cost.
ALTER TABLE point_entries
  MODIFY source ENUM('claim','cancellation','staff','shop','command','check_in','check_in_reversal','expiry','expiry_reversal','makeup') NOT NULL;

-- SPDX-License-Identifier: MIT
-- Which deadlines are near.
ALTER TABLE milestones ADD KEY milestones_claim_until (claim_until);

-- SPDX-License-Identifier: MIT
-- claims_in_state serves every list by state; the older key beside it only cost each claim its upkeep.
ALTER TABLE claims DROP KEY claims_state;

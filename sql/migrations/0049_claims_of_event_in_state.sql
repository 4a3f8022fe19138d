-- SPDX-License-Identifier: MIT
-- Claims of an event in one state, the newest first: few may be in it.
ALTER TABLE claims ADD KEY claims_event_state (event_id, state, id);

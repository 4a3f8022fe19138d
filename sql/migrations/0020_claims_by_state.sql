-- SPDX-License-Identifier: MIT
-- Whoever ships goods lists claims by their state, newest first.
ALTER TABLE claims ADD KEY claims_state (state, kind, id);

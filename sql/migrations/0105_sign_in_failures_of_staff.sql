-- SPDX-License-Identifier: MIT
-- Whose sign-ins failed, so that a new password or an owner can unlock the account; NULL: nobody's, or an address'.
ALTER TABLE sign_in_failures ADD COLUMN staff_id INT UNSIGNED NULL, ADD KEY sign_in_failures_staff (staff_id);

-- SPDX-License-Identifier: MIT
-- How staff look for customers: by the beginning of their name.
ALTER TABLE users ADD KEY users_username (username, id);

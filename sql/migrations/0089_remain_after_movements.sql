-- SPDX-License-Identifier: MIT
-- What a change by hand left, for whom it is told again: later movements may have smaller ids, of claims that were on their way.
ALTER TABLE stock_movements ADD COLUMN remain INT NULL;

// SPDX-License-Identifier: MIT
const DIGITS = '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)'

/** A derived table with the column seq: 1 to count, at most 100,000. MariaDB's seq_1_to_N and recursion without a limit are not in MySQL. */
export const numbers = count => `(SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 1 AS seq
	FROM ${['a', 'b', 'c', 'd', 'e'].map(name => `${DIGITS} ${name}`).join(' CROSS JOIN ')} HAVING seq <= ${count})`

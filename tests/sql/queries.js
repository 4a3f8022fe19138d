// SPDX-License-Identifier: MIT
// The queries of sql/queries as the programs contain them: sql/queries.awk has put their fragments in.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { TREE } from '../http/demo.js'

export const GENERATOR = join(TREE, 'sql', 'queries.awk')
const directory = join(TREE, 'sql', 'queries')

/** What the generator writes for one part of its output. */
export const generate = (part, files) => execFileSync('awk', ['-v', `part=${part}`, '-f', GENERATOR, ...files], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** [{ area, name, sql }], sql on one line. */
export function queries() {
	const text = generate('text', readdirSync(directory).filter(name => name.endsWith('.sql')).sort().map(name => join(directory, name)))
	return [...text.matchAll(/^-- name: (\w+)\.sql: (\w+)\n(.*)$/gm)].map(([, area, name, sql]) => ({ area, name, sql: sql.trim() }))
}

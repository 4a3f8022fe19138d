// SPDX-License-Identifier: MIT
import { setTimeout as wait } from 'node:timers/promises'

/** Waits until a condition is true; names it if that does not happen. */
export async function until(condition, what, seconds = 60) {
	for (const end = Date.now() + seconds * 1000; !await condition();) {
		if (Date.now() > end)
			throw new Error(`${what} did not happen within ${seconds} seconds`)
		await wait(20)
	}
}

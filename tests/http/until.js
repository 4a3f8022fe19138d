// SPDX-License-Identifier: MIT
import { setTimeout as wait } from 'node:timers/promises'

/** Waits until something is true, and says what when it does not come. */
export async function until(condition, what, seconds = 60) {
	for (const end = Date.now() + seconds * 1000; !await condition();) {
		if (Date.now() > end)
			throw new Error(`${what} did not come within ${seconds} seconds`)
		await wait(20)
	}
}

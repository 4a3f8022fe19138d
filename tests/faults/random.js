// SPDX-License-Identifier: MIT
// Random numbers from a seed, the same on every machine.
import { randomInt } from 'node:crypto'

/** The seed of this run; DOJANG_TEST_SEED replays one. */
export const seed = Number(process.env.DOJANG_TEST_SEED || randomInt(2 ** 31))

/** Small and fast (mulberry32). */
export function randomFrom(state) {
	return () => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), state | 1)
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
	}
}

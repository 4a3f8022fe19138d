// SPDX-License-Identifier: MIT
// The faults of a run, drawn from its seed: each fault is over when its promise is resolved.
import { execFile } from 'node:child_process'
import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { token, base, children, complete, consoleWorkers, databaseClient, demo, facts, sql, workers } from '../http/harness.js'
import { head } from '../http/raw.js'
import { until } from './load.js'

const run = promisify(execFile)
const isUp = () => sql('SELECT 1 AS up').then(() => true, () => false)
const end = (pid, signal = 'SIGKILL') => {
	try {
		process.kill(pid, signal)
		return true
	} catch {
		return false            // it has just ended by itself
	}
}

/** Stops a process (SIGSTOP) for a moment. */
async function pause(pid, milliseconds) {
	if (!end(pid, 'SIGSTOP'))
		return
	try {
		await wait(milliseconds)
	} finally {
		end(pid, 'SIGCONT')
	}
}

/** Each fault gets the random numbers of the run and the run itself. */
export const FAULTS = {
	'a worker killed': async random => {
		const all = workers(), pid = all[Math.floor(random() * all.length)]
		end(pid)
		await complete(workers, [pid])
	},
	'all workers but one killed': async random => {
		const all = workers(), spared = all[Math.floor(random() * all.length)], killed = all.filter(pid => pid !== spared)
		killed.forEach(pid => end(pid))
		await complete(workers, killed)
	},
	'workers ended politely, one after the other': async () => {
		for (const pid of workers()) {
			end(pid, 'SIGTERM')
			await until(() => !workers().includes(pid), 'the end of a worker')
		}
	},
	'a pool killed with its supervisor': async random => {
		const { api } = facts().pids, pool = api[Math.floor(random() * api.length)], own = children(pool)
		end(pool)
		own.forEach(pid => end(pid))
		await until(() => !facts().pids.api.includes(pool), 'another pool')
	},
	'a worker stopped': random => pause(workers()[Math.floor(random() * workers().length)], 500 + random() * 1500),
	'the console\'s workers killed': async () => {
		const all = consoleWorkers()
		all.forEach(pid => end(pid))
		await complete(consoleWorkers, all)
	},
	'the notifier killed': async () => {
		const [pid] = facts().pids.notifier
		end(pid)
		await until(() => facts().pids.notifier?.[0] !== pid, 'another notifier')
	},
	'the database killed': async () => {
		const { database } = facts().pids
		end(database)
		await until(() => facts().pids.database !== database, 'another server')
		await until(isUp, 'the database')
	},
	'the database stopped': random => pause(facts().pids.database, 500 + random() * 2500),
	'connections killed': async () => {
		const own = await sql("SELECT id AS id FROM information_schema.processlist WHERE user LIKE 'dojang%'")
		// All at once, ignoring those that have just ended by themselves.
		await run(databaseClient, ['--no-defaults', `--socket=${demo.mysql.socket}`, `--user=${demo.mysql.user}`, '--force', '-e', own.map(({ id }) => `KILL ${id};`).join(' ')]).catch(() => null)
	},
	'nginx reloaded': async () => { end(facts().pids.nginx, 'SIGHUP') },
	'clients gone in the middle': async (random, run) => {
		await Promise.all(Array.from({ length: 20 }, (_, i) => new Promise(resolve => {
			const subject = run.customers[Math.floor(random() * run.customers.length)], event = run.events[i % 2]
			const isClaim = random() < 0.5, milestone = event.milestones[0], share = random()
			const bytes = head('POST', isClaim ? milestone.path : `${event.path}/attendance`, { Authorization: `Bearer ${token(subject)}`, 'Content-Length': 2, 'Content-Type': 'application/json' }) + '{}'
			run.ledger.begin(isClaim ? 'claim' : 'check-in', isClaim ? `${milestone.id} ${subject}` : `${event.slug} ${subject} ${event.today}`)('unknown')
			const socket = net.connect({ host: base.hostname, port: base.port })
			socket.on('error', resolve).on('close', resolve)
			socket.on('connect', () => socket.write(share < 0.7 ? bytes : bytes.slice(0, Math.floor(share * bytes.length)), () => socket.resetAndDestroy()))
		})))
	},
}

/** Causes faults, one after the other, until isOver; counts them. */
export async function misfortune(run, random, isOver, counts, tell = () => {}) {
	const names = Object.keys(FAULTS)
	while (!isOver()) {
		await wait(1000 + random() * 4000)
		const name = names[Math.floor(random() * names.length)]
		if (isOver())
			return
		tell(name)
		await FAULTS[name](random, run)
		counts[name] = (counts[name] ?? 0) + 1
	}
}

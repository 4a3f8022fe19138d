// SPDX-License-Identifier: MIT
// Who may see and change what in the console: the whole table in plain words. The program's own table
// must be the same, so a role that is changed by mistake is found. routes.test.js tries every route.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from './client.js'

const ROLES = {
	anyone: `
		GET /admin/console.css
		POST /admin/language
		GET /admin/metrics
		GET POST /admin/sign-in
		GET /admin/sign-in/openid
		GET /admin/sign-in/openid/return
	`,
	viewer: `
		GET /admin
		GET /admin/
		GET POST /admin/account
		GET POST /admin/account/openid
		GET /admin/audit
		GET /admin/audit.csv
		GET /admin/claims-to-ship
		GET /admin/claims
		GET /admin/claims.csv
		GET /admin/claims/{claim}
		GET /admin/customers
		GET /admin/customers.csv
		GET /admin/customers/{customer}
		GET /admin/customers/{customer}/points.csv
		GET /admin/events
		GET /admin/events.csv
		GET /admin/events/{event}
		GET /admin/events/{event}/outages
		GET /admin/events/{event}/outages.csv
		GET /admin/messages
		GET /admin/messages.csv
		GET /admin/messages/{message}
		GET /admin/outages/{outage}
		GET /admin/overview.csv
		GET /admin/payouts
		GET /admin/payouts.csv
		GET /admin/payouts/{payout}
		GET /admin/products
		GET /admin/products.csv
		GET /admin/products/{product}
		GET /admin/products/{product}/movements.csv
		GET /admin/removals
		GET /admin/removals.csv
		GET /admin/search
		POST /admin/sign-out
		POST /admin/sign-out-everywhere
		GET /admin/webhooks/{webhook}
	`,
	manager: `
		GET POST /admin/claims-addresses
		GET POST /admin/claims-shipped
		POST /admin/claims/{claim}
		POST /admin/claims/{claim}/address
		GET POST /admin/claims/{claim}/cancel
		POST /admin/claims/{claim}/coupon
		GET POST /admin/claims/{claim}/review
		GET POST /admin/customers/{customer}/block
		GET POST /admin/customers/{customer}/day
		POST /admin/customers/{customer}/export
		GET POST /admin/customers/{customer}/points
		GET POST /admin/customers/{customer}/staff
		GET POST /admin/customers/{customer}/unblock
		GET POST /admin/events/{event}/copy
		GET POST /admin/events/{event}/daily-limits
		GET POST /admin/events/{event}/daily-points
		POST /admin/events/{event}/daily-points/remove
		GET POST /admin/events/{event}/edit
		GET POST /admin/events/{event}/end
		GET POST /admin/events/{event}/milestones/new
		GET POST /admin/events/{event}/milestones/{milestone}
		GET POST /admin/events/{event}/milestones/{milestone}/remove
		GET POST /admin/events/{event}/open
		GET POST /admin/events/{event}/options
		GET POST /admin/events/{event}/outages/new
		POST /admin/messages-retry
		GET POST /admin/messages/{message}/discard
		POST /admin/messages/{message}/retry
		GET POST /admin/new/event
		GET POST /admin/new/product
		GET POST /admin/outages/{outage}/apply
		GET POST /admin/outages/{outage}/undo
		POST /admin/payouts-retry
		POST /admin/payouts/{payout}/retry
		GET POST /admin/products/{product}/codes
		GET POST /admin/products/{product}/edit
		GET POST /admin/products/{product}/retire
		GET POST /admin/products/{product}/stock
	`,
	owner: `
		GET POST /admin/customers/{customer}/remove
		GET /admin/keys
		GET /admin/keys.csv
		GET POST /admin/keys/{key}
		GET POST /admin/keys/{key}/revoke
		GET POST /admin/new/key
		GET POST /admin/new/staff
		GET POST /admin/new/webhook
		GET /admin/settings
		GET /admin/staff
		GET /admin/staff.csv
		GET POST /admin/staff/{staff}
		GET POST /admin/staff/{staff}/openid
		GET POST /admin/staff/{staff}/password
		GET POST /admin/staff/{staff}/unlock
		POST /admin/webhooks/{webhook}
		GET POST /admin/webhooks/{webhook}/events
		GET POST /admin/webhooks/{webhook}/remove
		POST /admin/webhooks/{webhook}/retire
		GET POST /admin/webhooks/{webhook}/secret
		POST /admin/webhooks/{webhook}/test
	`,
}

const told = Object.entries(ROLES).flatMap(([role, text]) => text.trim().split('\n').flatMap(line => {
	const words = line.trim().split(' '), path = words.at(-1)
	return words.slice(0, -1).map(method => `${path} ${method} ${role}`)
}))

test('every route has the role that this table says, and there is no other route', () => {
	assert.ok(routes.length > 100)
	assert.deepEqual(routes.map(({ method, path, role }) => `${path} ${method} ${role}`).sort(), told.sort())
})

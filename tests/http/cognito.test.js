// SPDX-License-Identifier: MIT
// Customers of a Cognito user pool, with the ID and access tokens that the pool itself issues.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as cognito from '@aws-sdk/client-cognito-identity-provider'
import { call, expect } from './client.js'
import { clock, sql, token as ownToken, unique } from './harness.js'
import { configure, forgetKeys, startCognito } from './issuers.js'

const PASSWORD = 'Stamp-2026-card'
let pool, client, server, iss, settings

async function signIn(clientId, name) {
	const answer = await client.send(new cognito.InitiateAuthCommand({ ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH',
		AuthParameters: { USERNAME: name, PASSWORD } }))
	return { id: answer.AuthenticationResult.IdToken, access: answer.AuthenticationResult.AccessToken, refresh: answer.AuthenticationResult.RefreshToken }
}

async function makeClient() {
	const answer = await client.send(new cognito.CreateUserPoolClientCommand({ UserPoolId: pool, ClientName: unique('shop'),
		ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }))
	return answer.UserPoolClient.ClientId
}

async function makeUser() {
	const name = unique('minji')
	await client.send(new cognito.AdminCreateUserCommand({ UserPoolId: pool, Username: name, MessageAction: 'SUPPRESS',
		UserAttributes: [{ Name: 'email', Value: `${name}@shop.example` }] }))
	await client.send(new cognito.AdminSetUserPasswordCommand({ UserPoolId: pool, Username: name, Password: PASSWORD, Permanent: true }))
	return name
}

const claims = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
const me = token => call('GET', '/api/v1/me', { as: token })

let shop, elsewhere
before(async () => {
	clock.set(Date.now())                   // the pool uses the real clock
	server = await startCognito()
	client = new cognito.CognitoIdentityProviderClient({ endpoint: server.url, region: 'local', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
	pool = (await client.send(new cognito.CreateUserPoolCommand({ PoolName: 'customers', UsernameAttributes: [] }))).UserPool.Id
	;[shop, elsewhere] = [await makeClient(), await makeClient()]
	iss = `${server.url}/${pool}`
	settings = { iss, audience: shop, client_id: shop, algorithm: 'RS256', jwks_uri: `${iss}/.well-known/jwks.json`, allow_http: 'yes' }
	await configure({ cognito: { ...settings, token_use: 'id, access' } })
})
after(async () => {
	clock.reset()
	forgetKeys()
	await configure()
	client.destroy()
	await server.stop()
})

test('the ID token and the access token of one person mean the same customer', async () => {
	const name = await makeUser()
	const tokens = await signIn(shop, name)
	assert.equal(claims(tokens.id).aud, shop)
	assert.equal(claims(tokens.access).aud, undefined)
	const first = expect(await me(tokens.id), 200)
	const second = expect(await me(tokens.access), 200)
	assert.equal(first.username, name)
	assert.deepEqual(second, first)
	const [row] = await sql(`SELECT u.subject, i.iss FROM users u JOIN issuers i ON i.id = u.issuer_id WHERE u.id = ${first.id}`)
	assert.deepEqual(row, { subject: claims(tokens.id).sub, iss })
})

test('the same subject of another issuer is another customer', async () => {
	const tokens = await signIn(shop, await makeUser())
	const here = expect(await me(tokens.id), 200)
	const there = expect(await me(ownToken(claims(tokens.id).sub)), 200)
	assert.notEqual(here.id, there.id)
})

test('tokens for another client of the pool are refused', async () => {
	const tokens = await signIn(elsewhere, await makeUser())
	expect(await me(tokens.id), 401, 'unauthorized')
	expect(await me(tokens.access), 401, 'unauthorized')
})

test('a refresh token is refused', async () => {
	const tokens = await signIn(shop, await makeUser())
	expect(await me(tokens.refresh), 401, 'unauthorized')
})

test('if only access tokens are accepted, ID tokens are refused', async () => {
	await configure({ cognito: { ...settings, token_use: 'access' } })
	const tokens = await signIn(shop, await makeUser())
	expect(await me(tokens.id), 401, 'unauthorized')
	expect(await me(tokens.access), 200)
})

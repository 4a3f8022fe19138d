// SPDX-License-Identifier: MIT
// The features that the oldest supported browser does not have, from MDN's compatibility data: removes them from a page, and finds them in style sheets.
import bcd from '@mdn/browser-compat-data' with { type: 'json' }
import { parse, walk } from 'css-tree'

/** The oldest supported Safari on iOS; see docs/integration.md. */
export const OLDEST_SAFARI = 15.4

/** The version of Safari on iOS that introduced a feature; Infinity: none, or only under another name. */
function sinceVersion(compat) {
	const versions = [compat.support.safari_ios].flat().filter(each => each && !each.flags && !each.prefix && !each.alternative_name && each.version_added && each.version_added !== 'preview')
		.map(each => each.version_added === true ? 0 : Number.parseFloat(String(each.version_added).replace('≤', '')))
	return versions.length ? Math.min(...versions) : Infinity
}
const isNewer = feature => Boolean(feature?.__compat) && sinceVersion(feature.__compat) > OLDEST_SAFARI

/* --- scripts ---------------------------------------------------------------------------------------------------------------- */

function newerMembers(tree) {
	const found = { globals: [], constructors: [], members: [] }
	for (const [owner, feature] of Object.entries(tree)) {
		if (isNewer(feature))
			found.globals.push(owner)
		for (const [name, member] of Object.entries(feature).filter(([name, member]) => name !== '__compat' && isNewer(member)))
			if (name === owner)
				found.constructors.push(owner)
			else if (!name.endsWith('_event'))
				found.members.push({ owner, name: name.replace(/_static$/, ''), isStatic: name.endsWith('_static') })
	}
	return found
}

/** The lists of names for takeAway. */
export function newerThanBaseline() {
	const lists = [newerMembers(bcd.api), newerMembers(bcd.javascript.builtins), newerMembers({ Intl: bcd.javascript.builtins.Intl }), newerMembers(bcd.javascript.builtins.Intl)]
	return { globals: lists[0].globals.concat(lists[1].globals), constructors: lists.flatMap(list => list.constructors), members: lists.flatMap(list => list.members),
		intl: lists[3].globals }
}

/** Runs in the page before its scripts: removes the features. */
export function takeAway({ globals, constructors, members, intl }) {
	const forget = (owner, name) => { try { delete owner[name] } catch { /* it cannot be removed */ } }
	const named = name => { try { return globalThis[name] ?? globalThis.Intl[name] } catch { return undefined } }
	for (const { owner, name, isStatic } of members) {
		// The data of the language's objects does not distinguish static members.
		for (const each of isStatic ? [named(owner)] : [named(owner), named(owner)?.prototype])
			if (each)
				forget(each, name)
		if (owner === 'Window')
			forget(globalThis, name)
	}
	for (const name of constructors) {
		const before = named(name)
		if (!before)
			continue
		const after = function () { throw new TypeError('Illegal constructor') }
		after.prototype = before.prototype
		globalThis[name] = after
	}
	globals.forEach(name => forget(globalThis, name))
	intl.forEach(name => forget(globalThis.Intl, name))
}

/* --- style sheets ----------------------------------------------------------------------------------------------------------- */

const { css } = bcd
const FUNCTIONS = { ...css.types['easing-function'], ...css.types['transform-function'], ...css.types, ...css.types.color }
const unit = name => css.types.length[/^[sld]v/.test(name) ? 'viewport_percentage_units_dynamic' : name.startsWith('cq') ? 'container_query_length_units' : name]

/** The features of a style sheet that are newer than the oldest supported Safari, outside @supports. */
export function newerStyles(text) {
	const found = new Set()
	const look = (what, feature) => isNewer(feature) && found.add(what)
	walk(parse(text), function (node) {
		if (this.atrule?.name === 'supports' || (node.type === 'Atrule' && node.name === 'supports'))
			return
		const property = css.properties[this.declaration?.property]
		if (node.type === 'Declaration')
			look(node.property, css.properties[node.property])
		else if (node.type === 'Identifier' && property)
			look(`${this.declaration.property}: ${node.name}`, property[node.name])
		else if (node.type === 'Function')
			look(`${node.name}()`, FUNCTIONS[node.name])
		else if (node.type === 'Dimension')
			look(node.unit, unit(node.unit))
		else if (node.type === 'PseudoClassSelector' || node.type === 'PseudoElementSelector')
			look(`:${node.name}`, css.selectors[node.name])
		else if (node.type === 'NestingSelector')
			look('&', css.selectors.nesting)
		else if (node.type === 'Atrule')
			look(`@${node.name}`, css['at-rules'][node.name])
		else if (node.type === 'FeatureRange')
			look('@media (… < …)', css['at-rules'].media.range_syntax)
		else if (node.type === 'Feature')
			look(`@media (${node.name})`, css['at-rules'].media[node.name])
	})
	return [...found]
}

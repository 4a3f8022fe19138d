// SPDX-License-Identifier: MIT
// The block in the editor: which event. The server makes its content.
(function (wp, words) {
	'use strict'
	var element = wp.element.createElement
	wp.blocks.registerBlockType('dojang/attendance', {
		apiVersion: 2, title: words.title, icon: 'calendar-alt', category: 'widgets', attributes: { event: { type: 'string', default: '' } },
		edit: function (props) {
			return element('div', wp.blockEditor.useBlockProps(), element(wp.components.Placeholder, { label: words.title, icon: 'calendar-alt' },
				element(wp.components.TextControl, { label: words.event, help: words.help, value: props.attributes.event,
					onChange: function (event) { props.setAttributes({ event: event }) } })))
		},
		save: function () { return null },
	})
})(window.wp, window.dojangBlock)

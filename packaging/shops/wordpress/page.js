// SPDX-License-Identifier: MIT
// Loads the widget, and gives it a token of the member who is signed in.
(function () {
	'use strict'
	var settings = window.dojangPage
	var widgets = document.querySelectorAll('dojang-attendance')
	function token() {
		return fetch(settings.token, { headers: { 'X-WP-Nonce': settings.nonce }, credentials: 'same-origin', cache: 'no-store' }).then(function (response) {
			return response.ok ? response.json().then(function (body) { return body.token }) : null
		})
	}
	var script = document.createElement('script')
	script.type = 'module'
	script.src = settings.script
	document.head.appendChild(script)
	Array.prototype.forEach.call(widgets, function (widget) { widget.token = settings.token ? token : null })
})()

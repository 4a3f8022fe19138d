// SPDX-License-Identifier: MIT
// What the console does with JavaScript and can be done without it: "/" goes to the search, and
// buttons copy a text.
const field = () => [...document.querySelectorAll('.search input')].find(input => input.checkVisibility?.() ?? input.offsetParent)

addEventListener('keydown', event => {
	if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.('input, select, textarea, [contenteditable]'))
		return
	const menu = document.querySelector('.sections details')
	if (!field() && menu)
		menu.open = true
	const input = field()
	if (!input)
		return
	event.preventDefault()
	input.focus()
	input.select()
})

for (const button of document.querySelectorAll('button[data-copy]')) {
	button.hidden = !navigator.clipboard
	button.addEventListener('click', async () => {
		const text = [...document.querySelectorAll(`${button.dataset.copy} p`)].map(line => line.innerText.trim()).join('\n')
		await navigator.clipboard.writeText(text)
		button.nextElementSibling.textContent = button.dataset.done
	})
}

// SPDX-License-Identifier: MIT
// Another shop of the demo: gives the widget the token of whom ?as=… names, as a login would; without one nobody is signed in.
const asked = new URLSearchParams(location.search);
const widget = document.querySelector('dojang-attendance');
const language = asked.get('lang') ?? navigator.language?.slice(0, 2);
document.documentElement.lang = language === 'ko' ? 'ko' : 'en';
widget.token = async () => {
  const { customers } = await (await fetch('tokens.json', { cache: 'no-store' })).json();
  const wanted = asked.get('as') ?? customers[0].subject;
  return customers.find((one) => one.subject === wanted)?.token ?? null;
};

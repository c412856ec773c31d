// Where the providers are to send their deliveries: shown while there are none, and in a dialog later.

import { copyText } from './clipboard.js';
import { announce, element } from './dom.js';

/** What stands in the list while nothing has come. */
export function firstView(store, send) {
  const sender = store.providers.find(({ types }) => types.length);
  return [
    element('h2', {}, 'Nothing has come yet'),
    element('p', {}, 'Paste the URL into your provider’s console. Deliveries show up here the moment they arrive.'),
    urlList(store),
    ...(sender
      ? [
          element('p', {}, 'Or send a sample, from here or from a terminal:'),
          copyable(`./hookset send ${sender.name} ${sender.types[0]}`, 'the command that sends a sample'),
          element('button', { type: 'button', class: 'primary', onclick: send }, 'Send a sample'),
        ]
      : []),
  ];
}

/** Has a button open the dialog of the URLs. */
export function wireUrls(store) {
  const byId = (id) => document.getElementById(id);
  const open = byId('urls-open');
  open.addEventListener('click', () => {
    byId('urls-list').replaceChildren(urlList(store));
    byId('urls').showModal();
  });
  store.addEventListener('begin', () => {
    open.hidden = !store.providers.some(({ url }) => url);
  });
}

function urlList(store) {
  const known = store.providers.filter(({ url }) => url);
  const isLocal = known.some(({ url }) => ['127.0.0.1', 'localhost'].includes(new URL(url).hostname));
  return element(
    'div',
    { class: 'urls' },
    element(
      'dl',
      {},
      known.map(({ name, url }) => {
        const title = store.title(name);
        return element('div', {}, element('dt', { class: 'name' }, title), element('dd', {}, copyable(url, `the URL for ${title}`)));
      }),
    ),
    isLocal
      ? element(
          'p',
          { class: 'hint' },
          'Only this machine reaches these. Behind a tunnel, start ',
          element('code', {}, './hookset dev --public-url https://…'),
          ' to get its URLs here.',
        )
      : null,
  );
}

/** A text with a button that copies it; `what` tells those who do not see which text it stands beside. */
function copyable(text, what) {
  return element(
    'span',
    { class: 'copyable' },
    element('code', {}, text),
    element(
      'button',
      {
        type: 'button',
        'aria-label': 'Copy ' + what,
        onclick: async ({ currentTarget }) => {
          const said = await copyText(text);
          announce(`${said}: ${what}`);
          if (said === 'Copied') {
            currentTarget.textContent = said;
            setTimeout(() => (currentTarget.textContent = 'Copy'), 2000);
          }
        },
      },
      'Copy',
    ),
  );
}

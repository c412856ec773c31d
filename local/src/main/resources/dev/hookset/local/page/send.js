// The dialog that sends a sample.

import { announce, element } from './dom.js';

const VARIANTS = {
  genuine: ['Genuine', 'as its provider sends it'],
  forged: ['Forged', 'a byte changed after signing'],
  stale: ['Stale', 'from too long ago'],
  duplicate: ['Duplicate', 'the same twice, one after the other'],
  doubled: ['Doubled', 'the same twice, both at once'],
  conflict: ['Conflict', 'other bytes under the same ID'],
  base64: ['Base64', 'sent as binary, so its function gets base64'],
};

export function wireSending(store) {
  const byId = (id) => document.getElementById(id);
  const dialog = byId('send');
  const provider = byId('send-provider');
  const type = byId('send-type');
  const result = byId('send-result');

  byId('send-variants').append(
    ...Object.entries(VARIANTS).map(([name, [title, words]]) =>
      element(
        'label',
        { class: 'variant' },
        element('input', { type: 'radio', name: 'variant', value: name, checked: name === 'genuine' }),
        element('b', {}, title),
        element('span', {}, ' ' + words),
      ),
    ),
  );

  const options = (select, values) =>
    select.replaceChildren(...values.map((value) => element('option', { value }, value)));
  const keep = (select, value) => {
    if ([...select.options].some((option) => option.value === value)) {
      select.value = value;
    }
  };
  const showTypes = () =>
    options(type, store.providers.find((each) => each.name === provider.value)?.types ?? []);
  store.addEventListener('begin', () => {
    // The stack may have been started again with other providers; what was chosen stays, if it is still there.
    const chosen = [provider.value, type.value];
    provider.replaceChildren(...store.providers.map(({ name }) => element('option', { value: name }, store.title(name))));
    keep(provider, chosen[0]);
    showTypes();
    keep(type, chosen[1]);
  });
  provider.addEventListener('change', showTypes);

  byId('send-open').addEventListener('click', () => {
    result.textContent = '';
    dialog.showModal();
  });
  byId('send-close').addEventListener('click', () => dialog.close());
  byId('send-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const variant = new FormData(event.target).get('variant');
    result.textContent = 'Sending …';
    try {
      const { answers } = await store.act('/api/send', {
        provider: provider.value,
        type: type.value,
        variant,
      });
      result.textContent = 'Answered ' + answers.join(' and ');
    } catch (error) {
      result.textContent = error.message;
    }
    announce(result.textContent);
  });
}

// How a delivery was verified, check by check, and what explains a refusal.

import { bodyShown } from './body.js';
import { element, printable, section } from './dom.js';
import { reason, wasRefused } from './list.js';

const ANSWERS = { PASSED: ['✓', 'passed'], FAILED: ['✕', 'failed'], NOT_REACHED: ['–', 'not reached'] };

/** Shows the verification; it is asked for apart from all else, since that of a long body takes time. */
export function verification(data) {
  const place = element('div', { 'aria-busy': true }, element('p', { class: 'hint' }, 'Verifying …'));
  load(data, place).catch((error) =>
    place.replaceChildren(element('p', { class: 'hint' }, 'The verification cannot be shown: ' + error.message)),
  );
  return section('Verification', place);
}

async function load(data, place) {
  await null; // The section of the body is made after this one.
  await bodyShown(); // To verify a long one takes the stack seconds, on the same processors.
  const response = await fetch(`/api/deliveries/${data.number}/verification`);
  if (!response.ok) {
    throw new Error(response.status === 404 ? 'the delivery is not kept any more.' : 'the terminal of the stack says why.');
  }
  const { verification, keyTrouble } = await response.json();
  place.removeAttribute('aria-busy');
  place.replaceChildren(...(verification ? checked(data, verification) : [unverified(data, keyTrouble)]));
}

/** Says why it cannot be verified again, and how it was judged when it came. */
function unverified(data, keyTrouble) {
  const why = keyTrouble
    ? 'This stack has no usable key for it: ' + printable(keyTrouble) + '.'
    : data.body
      ? 'The function fetches its key itself, so this page cannot verify it again.'
      : 'Its body is not kept, so it cannot be verified again.';
  return element('p', { class: 'hint' }, `${why} Outcome when it came: ${printable(reason(data))}.`);
}

/** Each check and its result, and what explains a refusal. */
function checked(data, verified) {
  const questions = element(
    'ol',
    { class: 'questions' },
    verified.steps.map(({ question, answer, seen }) => {
      const [sign, words] = ANSWERS[answer];
      return element(
        'li',
        { 'data-answer': answer },
        element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
        element('span', {}, question, element('span', { class: 'hidden' }, ' ' + words)),
        answer === 'NOT_REACHED' ? null : element('code', {}, printable(seen)),
      );
    }),
  );
  const verdict =
    verified.holds && data.outcome === 'REFUSED'
      ? 'It was refused when it came; with the current configuration it would be accepted.'
      : !verified.holds && !wasRefused(data)
        ? 'It was accepted when it came; with the current configuration it would be refused.'
        : null;
  return [
    verdict ? element('p', { class: 'finding' }, verdict) : null,
    verified.findings.map(({ proven, explanation, cure }) =>
      element(
        'div',
        { class: 'finding' },
        element('p', {}, element('b', {}, proven ? 'Likely cause: ' : 'Possible cause: '), printable(explanation)),
        element('p', {}, printable(cure)),
      ),
    ),
    !verified.holds && verified.findings.length === 0
      ? element(
          'p',
          { class: 'finding' },
          'None of the usual mistakes explains this' +
            (verified.tried.length ? ` (tried: ${verified.tried.map((word) => word.replaceAll('_', ' ')).join(', ')})` : '') +
            '. It was signed with a key that this stack does not have, changed on its way, or forged.',
        )
      : null,
    element(
      'details',
      { open: wasRefused(data), 'aria-label': 'Checks' },
      element('summary', {}, verified.holds ? 'Valid: it passes every check' : 'Not valid'),
      questions,
    ),
  ].flat().filter(Boolean);
}

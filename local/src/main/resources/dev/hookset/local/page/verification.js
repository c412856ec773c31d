// How a delivery was verified, check by check, and what explains a refusal.

import { element, printable, section } from './dom.js';
import { wasRefused } from './list.js';

const ANSWERS = { PASSED: ['✓', 'passed'], FAILED: ['✕', 'failed'], NOT_REACHED: ['–', 'not reached'] };

/** Each check and its result, and what explains a refusal. */
export function verification(data) {
  const verified = data.verification;
  if (!verified) {
    return section(
      'Verification',
      element(
        'p',
        { class: 'hint' },
        data.keyTrouble
          ? 'This stack has no usable key for it: ' + printable(data.keyTrouble) + '. Outcome when it came: ' + (data.detail ?? 'the signature held') + '.'
          : data.body
          ? 'The function fetches its key itself, so this page cannot verify it again. Outcome when it came: ' + (data.detail ?? 'the signature held') + '.'
          : 'Its body is not kept, so it cannot be verified again. Outcome when it came: ' + (data.detail ?? 'the signature held') + '.',
      ),
    );
  }
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
  return section(
    'Verification',
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
  );
}

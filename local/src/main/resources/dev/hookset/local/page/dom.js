// Elements, and how times, sizes and names are written.

/** Makes an element. Strings among the children become text, whatever stands in them; null is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** A part of the pane under a heading. */
export function section(title, ...content) {
  return element('section', {}, element('h3', {}, title), ...content);
}

/** What would order or hide the text around it, or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Writes a name from outside on one line, with all that is in it to be seen. */
export function printable(text) {
  return String(text).replace(UNSEEN, (c) => '\\u' + c.codePointAt(0).toString(16).padStart(4, '0'));
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' });

/** 14:03:07, and the day before it if that is not today. */
export function clock(millis) {
  const day = DATE.format(millis);
  return (day === DATE.format(Date.now()) ? '' : day + ' ') + CLOCK.format(millis);
}

/** 14:03:07, or 20 Nov 14:03 if that is not today: so short that it fits a column. */
export function shortTime(millis) {
  return DATE.format(millis) === DATE.format(Date.now()) ? CLOCK.format(millis) : DAY.format(millis).replace(',', '');
}

/** 14:03:07.042 */
export function exactTime(millis) {
  const full = new Date(millis).toISOString();
  return element('time', { datetime: full, title: full }, clock(millis) + '.' + String(millis % 1000).padStart(3, '0'));
}

export function bytes(count) {
  if (count < 1024) {
    return count + (count === 1 ? ' byte' : ' bytes');
  }
  return count < 1024 * 1024 ? (count / 1024).toFixed(1) + ' KiB' : (count / 1024 / 1024).toFixed(1) + ' MiB';
}

/** RECEIVED as a chip; the word tells as much as the colour. */
export function chip(status) {
  return element('span', { class: 'chip', 'data-status': status }, status.replace('_', ' '));
}

let lastAnnounced = 0;
let pending = null;

/** Tells a screen reader, at most every three seconds, and always the last that was to be told. */
export function announce(words) {
  clearTimeout(pending);
  const tell = () => {
    lastAnnounced = Date.now();
    document.getElementById('announcer').textContent = words;
  };
  const wait = lastAnnounced + 3000 - Date.now();
  if (wait <= 0) {
    tell();
  } else {
    pending = setTimeout(tell, wait);
  }
}

// The time range: the last minutes, or a range of one's own.
import { h } from './dom.js';

const LAST = { '15m': ['15 min', 15 * 60e3], '1h': ['hour', 3600e3], '1d': ['day', 86400e3] };

let chosen = '15m';
let own = { from: Date.now() - 3600e3, to: Date.now() };

/** The range as the API takes it, in milliseconds. */
export function range() {
  const now = Date.now();
  return chosen === 'own' ? { ...own } : { from: now - LAST[chosen][1], to: now };
}

/** Whether the range ends now. */
export const isLive = () => chosen !== 'own';

export const title = () => (chosen === 'own' ? 'the range' : `the last ${LAST[chosen][0]}`);

/** For the address of the page. */
export const asText = () => (chosen === 'own' ? `own/${own.from}/${own.to}` : chosen);

export function read(parts) {
  const [kind, from, to] = parts;
  if (kind === 'own' && Number(from) < Number(to)) {
    chosen = 'own';
    own = { from: Number(from), to: Number(to) };
  } else if (LAST[kind]) {
    chosen = kind;
  }
}

const local = (millis) => new Date(millis).toISOString().slice(0, 16);

/** Builds the controls; calls back when the range has changed. */
export function controls(form, changed, refresh) {
  const from = h('input', { type: 'datetime-local', id: 'from', value: local(own.from), required: true });
  const to = h('input', { type: 'datetime-local', id: 'to', value: local(own.to), required: true });
  const wrong = h('span', { class: 'wrong', role: 'alert' });
  const ownFields = h('span', { class: 'own', hidden: chosen !== 'own' },
    h('label', { for: 'from' }, 'UTC from'), from, h('label', { for: 'to' }, 'to'), to,
    h('button', { type: 'submit' }, 'Show'), wrong);
  const radio = (value, label) => h('label', { class: 'segment' },
    h('input', {
      type: 'radio', name: 'range', value, checked: chosen === value,
      change: () => {
        ownFields.hidden = value !== 'own';
        if (value === 'own') {
          from.focus();
        } else {
          chosen = value;
          changed();
        }
      },
    }), h('span', {}, label));
  form.replaceChildren(
    h('fieldset', { class: 'segments' }, h('legend', { class: 'hidden' }, 'Time range'),
      Object.entries(LAST).map(([value, [label]]) => radio(value, label)), radio('own', 'custom')),
    ownFields,
    h('button', { type: 'button', id: 'refresh', click: refresh }, 'Refresh'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = { from: Date.parse(`${from.value}Z`), to: Date.parse(`${to.value}Z`) };
    const tooLong = asked.to - asked.from > 32 * 86400e3;
    wrong.textContent = asked.from >= asked.to ? 'The range is empty.' : tooLong ? 'At most 32 days.' : '';
    if (!wrong.textContent) {
      own = asked;
      chosen = 'own';
      changed();
    }
  });
}

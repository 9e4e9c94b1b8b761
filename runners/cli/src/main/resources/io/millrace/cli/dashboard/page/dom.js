// Elements without text that is parsed as HTML: what events hold is never markup.

/** An element. Attributes that are functions are listeners; false and null leave one out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value != null) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** Replaces what an element holds. Who had the focus by its data-key has it afterwards. */
export function fill(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child != null && child !== false));
  if (focused) {
    parent.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

/** A question that was not answered, with one line for people. */
export class Problem extends Error {}

const KEY = 'millrace-key';

/** Keeps the key that the address of the page holds, for all tabs. */
export const keepKey = (key) => localStorage.setItem(KEY, key);

/** Asks the dashboard's server. */
export async function ask(question, parameters) {
  let answer;
  let body;
  try {
    answer = await fetch(`/api/${question}?${new URLSearchParams(parameters ?? {})}`,
      { headers: { 'X-Millrace-Key': localStorage.getItem(KEY) ?? '' } });
    body = await answer.json();
  } catch {
    throw new Problem('The dashboard does not answer. Is `scripts/millrace dashboard` still running?');
  }
  if (!answer.ok) {
    throw new Problem(body.problem);
  }
  return body;
}

/** A line for a place where there is nothing to show. */
export function empty(text) {
  return h('p', { class: 'empty' }, text);
}

/** A table; columns are {title, number}, rows are arrays of texts or elements. */
export function table(caption, columns, rows) {
  return h('div', { class: rows.length > 12 ? 'scroll tall' : 'scroll', tabindex: '0', role: 'region', 'aria-label': caption, 'data-key': `table ${caption}` },
    h('table', {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, columns.map((column) =>
        h('th', { scope: 'col', class: column.number ? 'number' : null }, column.title)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) =>
        h('td', { 'data-title': columns[i].title, class: [columns[i].number ? 'number' : '', columns[i].kind ?? ''].join(' ').trim() || null }, cell)))))));
}

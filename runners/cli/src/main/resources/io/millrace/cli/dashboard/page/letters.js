// What died: dead letters by code and time, and one of them with its bytes.
import { ask, empty, fill, h, table } from './dom.js';
import { chart } from './chart.js';
import { bytes, exact, moment, whole } from './format.js';
import { title as rangeTitle } from './range.js';

export const title = 'Dead letters';

const COLORS = 8;
const shown = { only: null, skip: 0 };
let again = () => {};

export async function load(range) {
  const [summary, list] = await Promise.all([
    ask('letters', range), ask('letters/list', { ...range, ...(shown.only ?? {}), skip: shown.skip }),
  ]);
  return { summary, list };
}

async function reload(range, panel, state) {
  show(panel, await load(range), range, state);
}

function codes(summary, range, choose) {
  const isOnly = (one) => shown.only && ['code', 'stage', 'contract', 'table'].every((key) => shown.only[key] === one[key]);
  return h('article', { class: 'card' },
    h('div', { class: 'head' }, h('h2', {}, 'By code'), h('span', { class: 'muted' }, 'open ones, without those that a replay has brought to life'),
      h('span', { class: 'sum' }, h('b', { 'data-figure': 'letters', 'data-value': summary.letters }, whole(summary.letters)), ' dead letters')),
    table('Dead letters by code',
      [{ title: 'code' }, { title: 'stage' }, { title: 'contract' }, { title: 'count', number: true }, { title: 'latest' }, { title: 'latest message', kind: 'text' }],
      summary.groups.map((one) => [
        h('button', {
          class: 'link', type: 'button', 'aria-pressed': String(Boolean(isOnly(one))), 'data-key': `code ${one.table} ${one.code} ${one.stage} ${one.contract}`,
          click: () => choose(isOnly(one) ? null : { code: one.code, stage: one.stage, contract: one.contract, table: one.table }),
        }, one.code),
        one.stage, one.contract, h('span', { 'data-figure': `letters.${one.code}`, 'data-value': one.letters }, whole(one.letters)), moment(one.latest), one.message])));
}

function list(answer, move) {
  const rows = answer.letters.map((one) => [
    h('button', { class: 'link', type: 'button', 'data-place': one.place, 'data-key': `place ${one.table} ${one.place}`, click: () => open(one) }, one.place),
    one.code, moment(one.record_time), h('span', {}, bytes(one.bytes)), exact(one.attempt), one.message]);
  const older = answer.letters.length >= answer.page;
  return h('article', { class: 'card' },
    h('div', { class: 'head' }, h('h2', {}, shown.only ? `Latest with ${shown.only.code}` : 'Latest'),
      h('span', { class: 'muted' }, 'open one to see its bytes and why it died')),
    rows.length === 0 ? empty('No more dead letters.') : table('Dead letters',
      [{ title: 'place' }, { title: 'code' }, { title: 'arrived' }, { title: 'size', number: true }, { title: 'attempt', number: true }, { title: 'message', kind: 'text' }], rows),
    h('div', { class: 'pages' },
      shown.skip > 0 ? h('button', { type: 'button', 'data-key': 'newer', click: () => move(-answer.page) }, 'Newer') : null,
      older ? h('button', { type: 'button', 'data-key': 'older', click: () => move(answer.page) }, 'Older') : null));
}

export function show(panel, answer, range, state) {
  const { summary } = answer;
  again = () => reload(range, panel, state);
  if (summary.missing) {
    fill(panel, empty('There is no table of dead letters in this database. A run with --deadLetters=table creates it.'));
    return;
  }
  if (summary.letters === 0 && !shown.only) {
    fill(panel, empty(`Nothing died in ${rangeTitle()}.`));
    return;
  }
  const choose = (only) => { shown.only = only; shown.skip = 0; again(); };
  const move = (by) => { shown.skip = Math.max(0, shown.skip + by); again(); };
  fill(panel, h('div', { class: 'stack' },
    chart('letters', {
      title: 'Dead letters by code', about: `per ${summary.interval / 60000} min, by arrival`, kind: 'stack', times: summary.times, step: summary.interval,
      from: Math.floor(range.from / summary.interval) * summary.interval, to: range.to,
      series: Object.entries(summary.series).map(([code, values], i) => ({ label: code, color: `--c${(i % COLORS) + 1}`, values })),
    }),
    codes(summary, range, choose), list(answer.list, move)));
}

const field = (name, value) => [h('dt', {}, name), h('dd', {}, value)];

function explained(letter) {
  if (letter.unexplained) {
    return h('p', { class: 'muted' }, letter.unexplained);
  }
  return letter.now.map((one) => h('div', { class: 'now' },
    h('p', {}, one.line),
    one.event.row ? h('pre', { tabindex: '0', 'aria-label': 'Row' }, JSON.stringify(one.event.row, null, 2)) : null));
}

function detail(letter) {
  return h('section', {},
    h('dl', { class: 'fields' },
      field('code', h('code', {}, letter.code)), field('message', letter.message), field('stage', letter.stage),
      field('contract', `${letter.contract} version ${letter.contract_version}`), field('consumer', letter.consumer),
      field('arrived', letter.record_time), field('first seen', letter.first_seen), field('attempt', String(letter.attempt)),
      letter.element != null ? field('element', `${letter.element} of ${letter.elements}`) : [],
      field('key', letter.key ?? 'none'),
      letter.headers.map((one) => field(`header ${one.name}`, one.value ?? 'null'))),
    h('h3', {}, letter.encrypted ? 'Bytes, encrypted' : 'Bytes', h('span', { class: 'muted' }, letter.bytes == null ? ' tombstone' : ` ${bytes(letter.bytes)}`)),
    letter.text == null ? null : h('pre', { id: 'bytes', tabindex: '0', 'aria-label': 'Bytes' }, letter.text),
    h('h3', {}, 'Under the contract of now'),
    explained(letter));
}

async function open(one) {
  const dialog = document.getElementById('detail');
  const close = h('button', { type: 'button', click: () => dialog.close() }, 'Close');
  const heading = h('div', { class: 'head' }, h('h2', { id: 'detail-title' }, one.place), close);
  fill(dialog, heading, empty('Asking …'));
  dialog.showModal();
  try {
    const answer = await ask('letter', { table: one.table, place: one.place });
    fill(dialog, heading, answer.letters.map(detail),
      h('p', { class: 'muted' }, 'To replay it: ', h('code', {}, `scripts/millrace dead-letters replay --code=${one.code} --dryRun …`)));
  } catch (problem) {
    fill(dialog, heading, h('p', { class: 'notice' }, problem.message));
  }
  close.focus();
}

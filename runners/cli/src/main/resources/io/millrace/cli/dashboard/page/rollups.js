// What came: the roll-ups of the contracts, drawn as they are declared.
import { ask, empty, fill, h, table } from './dom.js';
import { chart } from './chart.js';
import { exact, length, whole } from './format.js';
import { title as rangeTitle } from './range.js';

export const title = 'Events';

const COLORS = 8;
const picked = new Map();
let latest = null;

const groupName = (group) => group.map((part) => part || '(empty)').join(' / ');
const color = (i) => `--c${(i % COLORS) + 1}`;

export async function load(range, state) {
  const wanted = state.overview.contracts.flatMap((contract) =>
    contract.rollups.map((rollup) => ({ contract: contract.name, rollup: rollup.table })));
  return Promise.all(wanted.map(async (one) => ({
    ...one, figures: await ask('rollup', { ...one, ...range }),
  })));
}

function windows(figures) {
  const size = length(figures.size);
  const kind = { fixed: `windows of ${size}`, sliding: `sliding windows of ${size}`, session: `sessions with gaps of ${size}` }[figures.window];
  const by = figures.group_by.length ? `, by ${figures.group_by.join(' and ')}` : '';
  const merged = figures.window === 'session' ? `; a point is the mean of the sessions that begin in ${length(figures.step)}`
    : figures.step > figures.size && figures.window === 'fixed' ? `; a point is ${figures.step / figures.size} windows` : '';
  return kind + by + merged;
}

/** The lines of a chart: one for each group, or one for each quantile. */
function lines(one, spec, chosen) {
  const { figures } = one;
  if (spec.kind === 'band' || spec.columns.length > 1) {
    const group = figures.series.find((item) => groupName(item.group) === chosen) ?? figures.series[0];
    return spec.columns.map((column, i) => ({
      label: column.replace(`${spec.title}_`, ''), color: color(i), values: group.columns[column],
    }));
  }
  return figures.series.map((item, i) => ({
    label: figures.group_by.length ? groupName(item.group) : spec.title, color: color(i), values: item.columns[spec.columns[0]],
  }));
}

function drawn(one, spec, range, redraw) {
  const { figures } = one;
  const grouped = figures.group_by.length > 0;
  const key = `${one.contract} ${figures.table} ${spec.title}`;
  const band = spec.kind === 'band' && grouped;
  const groups = figures.series.map((item) => groupName(item.group));
  const chosen = band && groups.includes(picked.get(key)) ? picked.get(key) : groups[0];
  const element = chart(key, {
    title: spec.title, about: spec.about, share: spec.share, times: figures.times, step: figures.step, from: range.from, to: range.to,
    // Bars of several groups would hide each other.
    kind: spec.kind === 'bars' && grouped ? (figures.window === 'fixed' ? 'stack' : 'lines') : spec.kind,
    series: lines(one, spec, chosen),
  });
  element.querySelector('.pick')?.remove();
  if (band && groups.length > 1) {
    element.querySelector('.head').append(h('label', { class: 'pick' }, figures.group_by.join(' / '),
      h('select', { 'data-key': `pick ${key}`, change: (event) => { picked.set(key, event.target.value); redraw(); } },
        groups.map((name) => h('option', { value: name, selected: name === chosen }, name)))));
  }
  return element;
}

function ranking(one) {
  const { figures } = one;
  if (figures.group_by.length === 0) {
    return null;
  }
  const most = Math.max(...figures.ranking.map((row) => row.events));
  const bar = (events) => h('meter', { min: 0, max: most, value: events, 'aria-hidden': 'true' });
  return h('figure', { class: 'chart' },
    h('div', { class: 'head' }, h('figcaption', {}, `Top ${figures.group_by.join(', ')}`), h('span', { class: 'muted' }, 'by events')),
    table(`Groups of ${figures.table}`,
      [{ title: figures.group_by.join(' / ') }, { title: 'events', number: true }, { title: '', kind: 'wide' },
        ...figures.added.map((name) => ({ title: name, number: true }))],
      figures.ranking.map((row) => [groupName(row.group), whole(row.events), bar(row.events), ...row.sums.map(exact)])));
}

/** Two or four stand in two columns, so that none stands alone. */
function charts(all) {
  return h('div', { class: all.length % 3 === 0 || all.length > 4 ? 'charts' : 'charts two' }, all);
}

function section(one, range, redraw) {
  const { figures } = one;
  const events = figures.ranking.reduce((sum, row) => sum + row.events, 0);
  const shown = figures.missing
    ? empty(`There is no view ${figures.table}_exact in this database yet. The first run with this contract creates it.`)
    : figures.times.length === 0
      ? empty(`No window of ${figures.table} in ${rangeTitle()}. Choose a longer range.`)
      : charts([...figures.charts.map((spec) => drawn(one, spec, range, redraw)), ranking(one)].filter(Boolean));
  return h('article', { class: 'card', 'data-rollup': figures.table },
    h('div', { class: 'head' }, h('h2', {}, figures.table),
      h('span', { class: 'muted' }, windows(figures)),
      h('span', { class: 'sum' }, h('b', { 'data-figure': `${figures.table}.events`, 'data-value': events }, whole(events)),
        figures.ranking.length >= 20 ? ' events in the top 20 groups' : ' events')),
    shown);
}

export function show(panel, answer, range, state) {
  latest = { panel, answer, range, state };
  if (state.overview.contracts.length === 0) {
    fill(panel, empty('No contract is given. Start the dashboard with --contract=FILE to see its roll-ups.'));
    return;
  }
  if (answer.length === 0) {
    fill(panel, empty('The contracts declare no roll-up. docs/rollups.md says how to.'));
    return;
  }
  const redraw = () => show(latest.panel, latest.answer, latest.range, latest.state);
  fill(panel, h('div', { class: 'stack' }, answer.map((one) => section(one, range, redraw))));
}

// Alerts of the contracts: their states and what changed.
import { ask, empty, fill, h, table } from './dom.js';
import { length, moment, seconds } from './format.js';
import { title as rangeTitle } from './range.js';

export const title = 'Alerts';

export async function load(range) {
  return ask('alerts', range);
}

export const firing = (answer) => answer.states.filter((one) => one.state === 'firing').length;

function condition(alert) {
  if (alert.absent_for != null) {
    return `no result of ${alert.on} for ${length(alert.absent_for)}`;
  }
  return `${alert.when}${alert.hold ? ` for ${length(alert.hold)}` : ''}`;
}

function groupText(key) {
  let group;
  try {
    group = JSON.parse(key);
  } catch {
    return key;
  }
  return group.length ? group.map((part) => String(part) || '(empty)').join(' / ') : 'all';
}

const pill = (state) => h('span', { class: `pill small ${{ firing: 'bad', pending: 'warn', resolved: 'good' }[state] ?? 'neutral'}` }, state);

function declared(answer) {
  const of = (alert, state) => answer.states.filter((one) =>
    one.contract === alert.contract && one.alert === alert.alert && one.state === state).length;
  const state = (alert) => {
    const [fires, waits] = [of(alert, 'firing'), of(alert, 'pending')];
    return h('span', {}, fires ? pill('firing') : waits ? pill('pending') : pill('inactive'),
      fires + waits > 1 ? ` ${fires + waits} groups` : '');
  };
  return h('article', { class: 'card' }, h('h2', {}, 'Alerts of the contracts'),
    table('Alerts', [{ title: 'alert' }, { title: 'state' }, { title: 'condition', kind: 'text' }, { title: 'roll-up' }, { title: 'contract' }],
      answer.alerts.map((one) => [h('b', {}, one.alert), state(one), h('code', {}, condition(one)), one.on, one.contract])));
}

function active(answer) {
  if (answer.states.length === 0) {
    return empty('No alert fires or is pending.');
  }
  return h('article', { class: `card ${firing(answer) ? 'bad' : ''}` }, h('h2', {}, 'Now'),
    table('Alerts that fire or are pending', [{ title: 'state' }, { title: 'alert' }, { title: 'group' }, { title: 'since' }, { title: 'how long', number: true }, { title: 'summary', kind: 'text' }],
      answer.states.map((one) => {
        const since = one.since || one.changed;
        return [pill(one.state), h('b', {}, one.alert), groupText(one.group), moment(since), seconds((Date.now() - since) / 1000), one.summary];
      })));
}

function changes(answer) {
  return h('article', { class: 'card' }, h('div', { class: 'head' }, h('h2', {}, 'Changes'), h('span', { class: 'muted' }, `in ${rangeTitle()}, by event time`)),
    answer.changes.length === 0 ? empty(`No alert changed in ${rangeTitle()}.`)
      : table('Changes of alerts', [{ title: 'at' }, { title: 'change' }, { title: 'alert' }, { title: 'group' }, { title: 'summary', kind: 'text' }],
        answer.changes.map((one) => [moment(one.at), h('span', {}, pill(one.change), one.corrected ? ' corrected' : ''), h('b', {}, one.alert), groupText(one.group), one.summary])));
}

export function show(panel, answer, range, state) {
  if (answer.alerts.length === 0) {
    fill(panel, empty(state.overview.contracts.length === 0
      ? 'No contract is given. Start the dashboard with --contract=FILE to see its alerts.'
      : 'The contracts declare no alert. docs/alerts.md says how to.'));
    return;
  }
  fill(panel, h('div', { class: 'stack' }, active(answer), declared(answer), changes(answer)));
}

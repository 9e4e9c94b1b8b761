// Is it healthy: the equation, lag, freshness, what waits and why.
import { ask, empty, fill, h, table } from './dom.js';
import { chart } from './chart.js';
import { clock, exact, moment, seconds, short, whole } from './format.js';
import { title as rangeTitle } from './range.js';

export const title = 'Health';

export const OUTCOMES = ['accepted', 'error', 'duplicate', 'late', 'filtered', 'dead'];
const KEEP = 15 * 60e3;
const MINUTE = 60e3;

const past = [];

/** Keeps what the run has answered, for the live charts. */
export function remember(run) {
  if (!run.equations) {
    return;
  }
  const last = past.at(-1);
  const events = Object.fromEntries(run.equations.map((one) => [one.contract, one.events]));
  const read = Object.values(events).reduce((sum, one) => sum + one, 0);
  const elapsed = last ? (run.now - last.now) / 1000 : 0;
  past.push({
    now: run.now,
    read,
    rate: last && read >= last.read && elapsed > 0 ? (read - last.read) / elapsed : null,
    lag: run.partitions.length ? Math.max(...run.partitions.map((one) => one.seconds)) : null,
    behind: run.partitions.length ? run.partitions.reduce((sum, one) => sum + one.records, 0) : null,
    waiting: run.waiting.reduce((sum, one) => sum + one.count, 0),
    freshness: run.freshness,
  });
  while (past[0].now < run.now - KEEP) {
    past.shift();
  }
}

const WHAT = { rows: ['rows', 'table'], dead_letters: ['dead letters', 'place'], alerts: ['changes of alerts', 'place'] };

/** The problems in the line of a health check: what waits, and why. */
const problems = (line) => line.split(/; (?=[^;]*?: \d+ [a-z ]+ waiting for \d+ s)|; (?=Kafka: )/);

const reason = (problem) => problem.match(/ waiting for \d+ s: (.*)$/s)?.[1] ?? '';

/** Since when the first of what waits has waited. */
export const since = (run) => clock(run.now - Math.max(...run.waiting.map((one) => one.seconds)) * 1000);

/** What is wrong with a run, in one line: what waits, since when, and why. */
export function why(run) {
  if (run.waiting.length === 0) {
    return `The run is not healthy: ${run.line}`;
  }
  const parts = Object.entries(WHAT).map(([what, [name, place]]) => {
    const own = run.waiting.filter((one) => one.what === what);
    const count = whole(own.reduce((sum, one) => sum + one.count, 0));
    return own.length && `${count} ${name} waiting for ${own.length === 1 ? `${place} ${own[0].where}` : `${own.length} ${place}s`}`;
  }).filter(Boolean);
  const because = problems(run.line).map(reason).find(Boolean);
  return `${parts.join(', ')} since ${since(run)}${because ? `: ${because}` : ''}`;
}

/** The quantile of the freshness in the last minute, or since the start of the run. */
function freshness(quantile) {
  const now = past.at(-1);
  const before = [...past].reverse().find((one) => one.now <= now.now - MINUTE) ?? past[0];
  const moved = before !== now && before.freshness.length === now.freshness.length
    && now.freshness.at(-1)?.count >= before.freshness.at(-1)?.count;
  const counts = now.freshness.map((bucket, i) => bucket.count - (moved ? before.freshness[i].count : 0));
  const all = counts.at(-1) ?? 0;
  if (all === 0) {
    return { value: null, note: 'no rows in the last minute' };
  }
  const at = counts.findIndex((count) => count >= quantile * all);
  const bound = now.freshness[at].le ?? now.freshness[at - 1].le;
  const low = at > 0 ? now.freshness[at - 1].le : 0;
  const below = at > 0 ? counts[at - 1] : 0;
  const value = now.freshness[at].le == null ? bound : low + ((bound - low) * (quantile * all - below)) / (counts[at] - below);
  return { value, moved, note: moved ? 'rows of the last minute' : 'since the start of the run' };
}

/** The equation, with a figure for each outcome; the names of the figures are for tests. */
function equation(name, heading, note, events, outcomes, inFlight) {
  const sum = OUTCOMES.reduce((total, outcome) => total + outcomes[outcome], inFlight ?? 0);
  const term = (label, value, key, sign) => [
    sign ? h('span', { class: 'sign', 'aria-hidden': 'true' }, sign) : null,
    h('div', { class: `term ${key}${value === 0 ? ' zero' : ''}` },
      h('dt', {}, label), h('dd', { 'data-figure': `${name}.${key}`, 'data-value': value }, whole(value))),
  ];
  return h('article', { class: 'card' },
    h('div', { class: 'head' }, h('h2', {}, heading), h('span', { class: 'muted' }, note),
      // The audit holds outcomes only; that none is missing is what `millrace audit` proves.
      inFlight == null ? null
        : h('span', { class: `pill small ${sum === events ? 'good' : 'bad'}` }, sum === events ? 'balances' : `differs by ${whole(events - sum)}`)),
    h('dl', { class: 'equation' },
      term('events', events, 'events'),
      OUTCOMES.map((outcome, i) => term(outcome, outcomes[outcome], outcome, i === 0 ? '=' : '+')),
      inFlight == null ? null : term('in flight', inFlight, 'in_flight', '+')));
}

function tile(label, value, note, kind) {
  return h('div', { class: `tile ${kind ?? ''}` }, h('span', { class: 'label' }, label), h('b', {}, value), h('span', { class: 'muted' }, note ?? ''));
}

function tiles(run) {
  const now = past.at(-1);
  const fresh = freshness(0.95);
  const flying = Math.max(0, ...run.equations.map((one) => one.in_flight));
  const all = [
    tile('events a second', short(now.rate), `${whole(run.records)} records read`),
    tile('lag', now.lag == null ? '–' : seconds(now.lag), now.lag == null ? 'the source has none' : `${whole(now.behind)} records behind`, now.lag > 60 ? 'bad' : ''),
    tile('freshness, p95', seconds(fresh.value), fresh.note, fresh.moved && fresh.value > 20 ? 'warn' : ''),
    tile('in flight', whole(flying), 'read, no outcome yet'),
    tile('waiting', whole(now.waiting), run.waiting.length ? 'see below' : 'nothing waits', run.waiting.length ? 'bad' : ''),
    tile('failed INSERTs', whole(run.retries), 'retried, none lost', ''),
  ];
  if (run.lost > 0) {
    all.push(tile('lost before read', whole(run.lost), 'the log removed them', 'bad'));
  }
  if (run.checkpoint_age != null) {
    all.push(tile('last checkpoint', seconds(run.checkpoint_age), 'ago', run.checkpoint_age > 300 ? 'warn' : ''));
  }
  return h('div', { class: 'tiles' }, all);
}

function waiting(run) {
  if (run.waiting.length === 0) {
    return run.healthy ? null : h('article', { class: 'card bad' }, h('h2', {}, 'Not healthy'), h('p', { id: 'why' }, run.line));
  }
  const all = problems(run.line);
  const because = (one) => reason(all.find((problem) => problem.split(/: \d+ /)[0].endsWith(one.where)) ?? '');
  return h('article', { class: 'card bad', id: 'why' }, h('h2', {}, 'What waits'),
    table('What waits', [{ title: 'for' }, { title: 'what' }, { title: 'how many', number: true }, { title: 'how long', number: true }, { title: 'since' }, { title: 'why', kind: 'text' }],
      [...run.waiting].sort((a, b) => b.seconds - a.seconds).map((one) => [
        h('code', {}, one.where), WHAT[one.what][0], whole(one.count), seconds(one.seconds), clock(run.now - one.seconds * 1000), because(one)])));
}

const CLOSE = 10000;

function live(key, heading, about, column, color) {
  const to = past.at(-1).now;
  return chart(`live-${key}`, {
    title: heading, about, kind: 'lines', times: past.map((one) => one.now), step: CLOSE,
    from: Math.min(past[0].now, to - 2 * MINUTE), to,
    series: [{ label: key, color, values: past.map((one) => one[column]) }],
  });
}

function partitions(run) {
  if (run.partitions.length === 0) {
    return null;
  }
  const worst = [...run.partitions].sort((a, b) => b.seconds - a.seconds || b.records - a.records).slice(0, 20);
  return h('article', { class: 'card' }, h('h2', {}, 'Partitions, those with the most lag first'),
    table('Partitions', [{ title: 'partition' }, { title: 'records behind', number: true }, { title: 'lag', number: true }, { title: 'watermark behind the clock', number: true }],
      worst.map((one) => [h('code', {}, `${one.topic}/${one.partition}`), whole(one.records), seconds(one.seconds), seconds(one.watermark_age)])));
}

function runParts(run, state) {
  if (!run) {
    return [empty(state.runProblem || 'Asking the run …')];
  } else if (!run.known) {
    return [empty('No metrics of a run are given. Start the run with --metricsPort=9464, and the dashboard with --metrics=http://127.0.0.1:9464.')];
  } else if (run.problem) {
    return [h('article', { class: 'card bad' }, h('h2', {}, 'The run does not answer'), h('p', { id: 'why' }, run.problem))];
  }
  const since = `since the run started at ${moment(run.started)}, live`;
  return [
    waiting(run),
    tiles(run),
    run.equations.map((one, i) => equation(`run${i || ''}`,
      run.equations.length > 1 ? `Run: ${one.contract}, ${one.sink}` : 'Run', since, one.events, one.outcomes, one.in_flight)),
    h('div', { class: 'charts' },
      live('rate', 'Events a second', 'live, 15 min at most', 'rate', '--accepted'),
      live('lag', 'Lag, seconds', 'of the slowest partition', 'lag', '--late')),
    partitions(run),
  ];
}

/** The panel has two places: one for the run, one for the audit. */
function places(panel) {
  if (!panel.querySelector('#run')) {
    fill(panel, h('div', { id: 'run', class: 'stack' }), h('div', { id: 'audit', class: 'stack' }, empty('Asking the audit … A day of many records takes some seconds.')));
  }
  return { run: panel.querySelector('#run'), audit: panel.querySelector('#audit') };
}

/** Shows what the run says; it does not need ClickHouse. */
export function showRun(panel, state) {
  fill(places(panel).run, runParts(state.run, state).flat().filter(Boolean));
}

export async function load(range) {
  return ask('audit', range);
}

function perContract(answer) {
  return answer.contracts.length < 2 ? null : h('article', { class: 'card' }, h('h2', {}, 'By contract'),
    table('By contract', [{ title: 'contract' }, { title: 'events', number: true }, ...OUTCOMES.map((name) => ({ title: name, number: true }))],
      answer.contracts.map((one) => [h('code', {}, one.contract), whole(one.events), ...OUTCOMES.map((name) => whole(one.outcomes[name]))])));
}

export function show(panel, answer, range, state) {
  const { audit } = places(panel);
  if (answer.missing) {
    fill(audit, empty('There is no audit in this database yet. `scripts/millrace run` creates it.'));
    return;
  }
  if (answer.events === 0) {
    fill(audit, empty(`No record arrived in ${rangeTitle()}, says the audit. Choose a longer range.`));
    return;
  }
  const records = answer.empty > 0 ? `, ${exact(answer.empty)} records without event` : '';
  fill(audit,
    equation('audit', 'Audit', `${rangeTitle()} by arrival, exact; latest minute ${clock(answer.latest, false)}${records}`, answer.events, answer.outcomes, null),
    chart('audit', {
      title: 'Events by outcome', about: `per ${answer.interval / MINUTE} min, by arrival`, kind: 'stack', times: answer.times, step: answer.interval,
      from: answer.from, to: answer.to,
      series: OUTCOMES.map((outcome) => ({ label: outcome, color: `--${outcome}`, values: answer.series[outcome] })),
    }),
    perContract(answer));
}

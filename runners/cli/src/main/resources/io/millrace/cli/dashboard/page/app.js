// The frame of the page: parts, time range, refreshing, and what is wrong.
import { ask, fill, h, keepKey, Problem } from './dom.js';
import { clock } from './format.js';
import * as ranges from './range.js';
import * as health from './health.js';
import * as rollups from './rollups.js';
import * as letters from './letters.js';
import * as alerts from './alerts.js';

const RUN_EVERY = 2000;
const FIGURES_EVERY = 10000;
const LONG_RANGE_EVERY = 60000;
const LONG_RANGE = 7200e3;

/** Figures that take long are asked for less often: for a twentieth of the time. */
const REST = 20;
const SLOW = 700;

const PARTS = { health, rollups, letters, alerts };
const names = Object.keys(PARTS);
const state = { part: 'health', overview: null, run: null, runProblem: '', problem: '', asked: 0, took: 0 };

const panel = (name) => document.getElementById(`panel-${name}`);
const tab = (name) => document.getElementById(`tab-${name}`);

function choose(name, focus) {
  state.part = name;
  names.forEach((other) => {
    panel(other).hidden = other !== name;
    tab(other).setAttribute('aria-selected', String(other === name));
    tab(other).tabIndex = other === name ? 0 : -1;
  });
  if (focus) {
    tab(name).focus();
  }
  remember();
  figures();
}

function remember() {
  history.replaceState(null, '', `#${state.part}/${ranges.asText()}`);
}

function tabs() {
  const list = document.getElementById('tabs');
  list.replaceChildren(...names.map((name) => h('button', {
    role: 'tab', id: `tab-${name}`, 'aria-controls': `panel-${name}`, class: 'segment', click: () => choose(name),
  }, PARTS[name].title, h('span', { class: 'count', hidden: true }))));
  list.addEventListener('keydown', (event) => {
    const at = names.indexOf(state.part);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + names.length, Home: 0, End: names.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      choose(names[next % names.length], true);
    }
  });
}

/** One line for each thing that is wrong, and the pill that sums them up. */
function notices() {
  const lines = [];
  const run = state.run;
  if (state.runProblem) {
    lines.push(state.runProblem);
  } else if (run?.problem) {
    lines.push(run.problem);
  } else if (run?.known && !run.healthy) {
    lines.push(health.why(run));
  }
  if (state.problem && state.problem !== state.runProblem) {
    lines.push(state.problem);
  }
  const shown = document.getElementById('notices');
  const text = lines.join('\n');
  if (shown.dataset.text !== text) {
    shown.dataset.text = text;
    fill(shown, lines.map((line) => h('p', { class: 'notice' }, line)));
  }
  const [words, kind] = lines.length > 0
    ? [run?.waiting?.length ? `waiting since ${health.since(run)}` : 'problem', 'bad']
    : [run?.known ? 'healthy' : 'no metrics given', run?.known ? 'good' : 'neutral'];
  const pill = document.getElementById('state');
  if (pill.textContent !== words) {
    pill.textContent = words;
  }
  pill.className = `pill ${kind}`;
}

async function watchRun() {
  try {
    state.run = await ask('run');
    state.runProblem = '';
    health.remember(state.run);
  } catch (problem) {
    state.runProblem = problem.message;
  }
  if (state.part === 'health') {
    health.showRun(panel('health'), state);
  }
  notices();
  setTimeout(watchRun, RUN_EVERY);
}

async function figures() {
  const mine = ++state.asked;
  const range = ranges.range();
  const part = PARTS[state.part];
  const shown = panel(state.part);
  const updated = document.getElementById('updated');
  const begun = Date.now();
  shown.setAttribute('aria-busy', 'true');
  const slow = setTimeout(() => { updated.textContent = 'Asking ClickHouse …'; }, SLOW);
  let problem = '';
  try {
    if (!state.overview) {
      state.overview = await ask('overview');
      document.getElementById('where').textContent =
        `${state.overview.database} at ${state.overview.server.replace(/^https?:\/\//, '')}`;
    }
    const answer = await part.load(range, state);
    if (mine !== state.asked) {
      return;
    }
    part.show(shown, answer, range, state);
    countAlerts(part === alerts ? answer : null, range);
    updated.textContent = `Updated ${clock(Date.now())}.`;
  } catch (failed) {
    if (!(failed instanceof Problem)) {
      throw failed;
    }
    problem = failed.message;
    updated.textContent = '';
  } finally {
    clearTimeout(slow);
  }
  if (mine === state.asked) {
    shown.setAttribute('aria-busy', 'false');
    state.problem = problem;
    state.took = problem ? 0 : Date.now() - begun;
    // Figures that cannot be refreshed are old ones.
    shown.classList.toggle('stale', problem !== '');
    notices();
  }
}

/** The number on the tab. A table of alerts that cannot be read is told in its own part only. */
async function countAlerts(known, range) {
  try {
    const count = alerts.firing(known ?? await alerts.load(range));
    const shown = tab('alerts').querySelector('.count');
    shown.hidden = count === 0;
    shown.textContent = count;
  } catch (failed) {
    if (!(failed instanceof Problem)) {
      throw failed;
    }
  }
}

function every() {
  const range = ranges.range();
  const usual = range.to - range.from > LONG_RANGE ? LONG_RANGE_EVERY : FIGURES_EVERY;
  return state.problem ? RUN_EVERY : Math.max(usual, REST * state.took);
}

async function keepFresh() {
  for (let waited = 0; waited < every(); waited += RUN_EVERY) {
    await new Promise((resume) => setTimeout(resume, RUN_EVERY));
  }
  if (!document.hidden && (ranges.isLive() || state.problem)) {
    await figures();
  }
  keepFresh();
}

function keys(event) {
  const typing = event.target.closest('input, select, textarea, dialog[open]');
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === 'r') {
    figures();
  } else if (names[Number(event.key) - 1]) {
    choose(names[Number(event.key) - 1], true);
  }
}

/** What the address says: the key of the server once, later the part and the time range. */
function fromAddress() {
  const key = location.hash.match(/^#key=([0-9a-f]+)$/);
  if (key) {
    keepKey(key[1]);
    return state.part;
  }
  const [part, ...rest] = location.hash.slice(1).split('/');
  ranges.read(rest);
  return names.includes(part) ? part : state.part;
}

tabs();
const first = fromAddress();
ranges.controls(document.getElementById('range'), () => {
  remember();
  figures();
}, figures);
document.addEventListener('keydown', keys);
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
window.addEventListener('hashchange', () => choose(fromAddress()));
watchRun();
choose(first);
keepFresh();

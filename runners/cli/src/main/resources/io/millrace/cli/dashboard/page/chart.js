// Charts: uPlot, with a legend of buttons and a cursor that the arrow keys move.
import uPlot from '/uplot/uPlot.esm.js';
import { h } from './dom.js';
import { clock, day, exact, moment, share, short } from './format.js';

const HEIGHT = 190;
const known = new Map();

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  known.forEach((one) => one.plot.redraw(false));
});

/** Marks at which there are no windows, so that lines break and bars are missing there. */
function withGaps(times, series, step) {
  const at = [];
  const values = series.map(() => []);
  times.forEach((time, i) => {
    if (step && i > 0 && time - times[i - 1] > 1.5 * step) {
      at.push(times[i - 1] + step);
      values.forEach((one) => one.push(null));
    }
    at.push(time);
    values.forEach((one, s) => one.push(series[s].values[i]));
  });
  return { at, values };
}

/** The columns that uPlot draws: hidden series are empty, stacked ones are sums. */
function drawn(spec, hidden) {
  const { at, values } = withGaps(spec.times, spec.series, spec.step);
  const x = at.map((time) => time / 1000);
  let columns = values.map((one, s) => (hidden.has(spec.series[s].label) ? one.map(() => null) : one));
  if (spec.kind === 'stack') {
    const sum = x.map(() => 0);
    columns = columns.map((one) => one.map((value, i) => (value == null ? null : (sum[i] += value))));
    columns.reverse();
  }
  return { at, values, data: [x, ...columns] };
}

const axisTime = (plot, splits, _axis, _space, increment) => splits.map((second, i) => {
  const millis = second * 1000;
  const midnight = second % 86400 === 0;
  if (increment >= 86400 || midnight || (i === 0 && increment >= 3600)) {
    return midnight ? day(millis).slice(5) : `${day(millis).slice(5)} ${clock(millis, false)}`;
  }
  return clock(millis, increment < 60);
});

function paths(kind, step, width, span) {
  if (kind === 'lines' || kind === 'band') {
    return uPlot.paths.linear();
  }
  // Bars that are narrower than two pixels are no bars.
  return step && (step / span) * width >= 2
    ? uPlot.paths.bars({ size: [0.86, 48], align: 1 })
    : uPlot.paths.stepped({ align: 1 });
}

function options(one, width) {
  const { spec } = one;
  const count = spec.series.length;
  const bars = spec.kind === 'bars' || spec.kind === 'stack';
  const format = spec.share ? share : short;
  const series = spec.series.map((item) => ({
    stroke: () => color(item.color),
    fill: bars ? () => color(item.color) + (spec.kind === 'stack' ? '' : 'cc') : undefined,
    width: bars ? 0 : 1.75,
    paths: paths(spec.kind, spec.step, width, spec.to - spec.from),
    points: { show: !bars && spec.times.length < 40, size: 5, fill: () => color(item.color) },
  }));
  if (spec.kind === 'stack') {
    series.reverse();
  }
  const grid = { stroke: () => color('--line'), width: 1 };
  const axis = { stroke: () => color('--muted'), font: '11px system-ui, sans-serif', ticks: grid, grid };
  return {
    width,
    height: HEIGHT,
    ms: 1e-3,
    tzDate: (second) => uPlot.tzDate(new Date(second * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, ...(bars ? { points: { show: false } } : {}) },
    scales: {
      x: { time: true, range: () => [one.spec.from / 1000, one.spec.to / 1000] },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      { ...axis, values: axisTime, space: 64, size: 30 },
      { ...axis, size: 58, values: (_plot, splits) => splits.map((value) => format(value)) },
    ],
    series: [{}, ...series],
    bands: spec.kind === 'band' && count > 1
      ? [{ series: [count, 1], fill: () => `${color(spec.series[0].color)}22` }]
      : undefined,
    hooks: { setCursor: [() => one.tell()] },
  };
}

/** The values at the cursor, or the latest, beside the names of the series. */
function teller(one) {
  return () => {
    const { spec, shown, plot } = one;
    const at = plot?.cursor?.idx ?? shown.at.length - 1;
    const format = spec.share ? share : exact;
    one.time.textContent = shown.at.length === 0 ? '' : moment(shown.at[at]);
    spec.series.forEach((item, s) => {
      one.legend.children[s + 1].querySelector('b').textContent = format(shown.values[s][at]);
    });
  };
}

function legend(one) {
  one.time = h('span', { class: 'at' });
  one.legend = h('div', { class: 'legend' }, one.time, one.spec.series.map((item) => {
    const swatch = h('i', {});
    swatch.style.background = `var(${item.color})`;
    return h('button', {
      type: 'button', 'aria-pressed': 'true', 'data-key': `${one.key} ${item.label}`,
      click: (event) => {
        const hide = !one.hidden.has(item.label);
        one.hidden[hide ? 'add' : 'delete'](item.label);
        event.currentTarget.setAttribute('aria-pressed', String(!hide));
        update(one);
      },
    }, swatch, h('span', {}, item.label), h('b', {}));
  }));
  return one.legend;
}

function update(one) {
  one.shown = drawn(one.spec, one.hidden);
  one.plot.setData(one.shown.data);
  one.tell();
}

function moveBy(one, event) {
  const last = one.shown.at.length - 1;
  const now = one.plot.cursor.idx ?? last + (event.key === 'ArrowLeft' ? 1 : 0);
  const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
  if (next === undefined || last < 0) {
    return;
  }
  event.preventDefault();
  const index = Math.min(last, Math.max(0, next));
  one.plot.setCursor({ left: one.plot.valToPos(one.shown.data[0][index], 'x'), top: 20 });
}

/**
 * The element of a chart. A later call with the same key and series shows new figures in the same
 * chart, so that its cursor and its hidden series stay.
 *
 * spec: {title, about, kind: lines|band|bars|stack, share, times, step, from, to,
 * series: [{label, color, values}]}; times and step in milliseconds.
 */
export function chart(key, spec) {
  const shape = JSON.stringify([spec.kind, spec.series.map((item) => item.label), paths(spec.kind, spec.step, 600, spec.to - spec.from).name]);
  let one = known.get(key);
  if (one?.shape === shape) {
    one.spec = spec;
    one.title.textContent = spec.title;
    update(one);
    return one.element;
  }
  one?.plot.destroy();
  one = { key, spec, shape, hidden: new Set() };
  one.tell = teller(one);
  one.title = h('figcaption', {}, spec.title);
  const canvas = h('div', {
    class: 'canvas', tabindex: '0', role: 'group', 'data-key': `chart ${key}`,
    'aria-label': `Chart: ${spec.title}. Left and right move through time.`,
    keydown: (event) => moveBy(one, event),
  });
  one.element = h('figure', { class: 'chart', 'data-chart': key },
    h('div', { class: 'head' }, one.title, spec.about ? h('span', { class: 'muted' }, spec.about) : null),
    canvas, legend(one));
  one.legend.setAttribute('aria-live', 'polite');
  one.shown = drawn(spec, one.hidden);
  one.plot = new uPlot(options(one, 600), one.shown.data, canvas);
  known.set(key, one);
  new ResizeObserver(() => {
    if (canvas.clientWidth > 0 && canvas.clientWidth !== one.plot.width) {
      one.plot.setSize({ width: canvas.clientWidth, height: HEIGHT });
    }
  }).observe(canvas);
  one.tell();
  return one.element;
}

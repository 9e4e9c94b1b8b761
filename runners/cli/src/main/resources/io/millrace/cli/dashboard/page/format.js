// Figures and times as people read them. All times are UTC.

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const THREE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

export const whole = (value) => WHOLE.format(value);

/** At most three digits and a unit of thousands: 12.3K. */
export const short = (value) => (value == null ? '–' : Math.abs(value) < 1000 ? THREE.format(value) : SHORT.format(value));

/** As exact as it is needed to compare: whole numbers in full. */
export function exact(value) {
  return value == null ? '–' : Number.isInteger(value) || Math.abs(value) >= 1000 ? WHOLE.format(value) : THREE.format(value);
}

export const share = (value) => (value == null ? '–' : `${THREE.format(value * 100)} %`);

export function seconds(value) {
  if (value == null) {
    return '–';
  } else if (value < 1 && value > 0) {
    return `${Math.max(1, Math.round(value * 1000))} ms`;
  } else if (value < 120) {
    return `${value < 10 ? THREE.format(value) : Math.round(value)} s`;
  } else if (value < 7200) {
    return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
  }
  return value < 172800 ? `${THREE.format(value / 3600)} h` : `${THREE.format(value / 86400)} days`;
}

/** A length of a window or an interval: 5 min. */
export function length(millis) {
  const units = [[86400000, 'd'], [3600000, 'h'], [60000, 'min'], [1000, 's']];
  const [size, name] = units.find(([unit]) => millis >= unit && millis % unit === 0) ?? [1, 'ms'];
  return `${millis / size} ${name}`;
}

const two = (value) => String(value).padStart(2, '0');

export function clock(millis, withSeconds = true) {
  const time = new Date(millis);
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}${withSeconds ? `:${two(time.getUTCSeconds())}` : ''}`;
}

export function day(millis) {
  const time = new Date(millis);
  return `${time.getUTCFullYear()}-${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
}

/** The time; with its day if that is not today. */
export function moment(millis) {
  return day(millis) === day(Date.now()) ? clock(millis) : `${day(millis)} ${clock(millis)}`;
}

export function bytes(value) {
  return value < 0 ? 'tombstone' : value < 1024 ? `${value} B` : `${THREE.format(value / 1024)} KiB`;
}

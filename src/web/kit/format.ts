/** How values are written, everywhere alike. Pure; what cannot be told is an en dash. */
export const NOTHING = '–';

/** A metric or a setting: short, never wrong in its first four digits. */
export const formatNumber = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return NOTHING;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return withMinus(String(value));
  const size = Math.abs(value);
  const text =
    size >= 1e6 || size < 1e-3
      ? shortExponent(value.toExponential(3))
      : trimZeros(value.toFixed(Math.max(0, 4 - Math.max(0, Math.floor(Math.log10(size))))));
  return withMinus(text);
};

/** A number among others of its kind, under each other: as many decimals each time. */
export const formatMetric = (value: number | null | undefined): string => {
  const size = Math.abs(value ?? 0);
  const isPlain =
    typeof value === 'number' && !Number.isInteger(value) && size >= 1e-3 && size < 1e3;
  return isPlain ? withMinus(value.toFixed(4)) : formatNumber(value);
};

const trimZeros = (text: string): string =>
  text.includes('.') ? text.replace(/\.?0+$/, '') : text;

/** `1.5e-4`, not `1.500e-4`. */
const shortExponent = (text: string): string => {
  const [digits = '', exponent = ''] = text.split('e');
  return `${trimZeros(digits)}e${exponent.replace('+', '')}`;
};

const withMinus = (text: string): string => text.replace(/^-/, '−');

/** A whole number of things, in groups of three. */
export const formatCount = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');

/** `1 run`, `2 runs`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** Seconds as `42 s`, `3 min 05 s`, `2 h 07 min`, `5 d 03 h`. */
export const formatDuration = (seconds: number | null | undefined): string => {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 0) return NOTHING;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${trimZeros(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400)
    return `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${two(Math.floor(whole / 3600) % 24)} h`;
};

const two = (value: number): string => String(value).padStart(2, '0');

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes by powers of 1024, as `ls -h` and `du -h` count. */
export const formatBytes = (bytes: number | null | undefined): string => {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return NOTHING;
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
};

/** Seconds since the epoch as `2026-01-31 09:05` in the reader's own time zone. */
export const formatTime = (seconds: number | null | undefined): string => {
  if (seconds === null || seconds === undefined) return NOTHING;
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return NOTHING;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** How long ago, in one word: `now`, `4 min`, `3 h`, `2 d`, `5 mo`, `2 y`. Both in seconds. */
export const formatAge = (seconds: number | null | undefined, now: number): string => {
  if (seconds === null || seconds === undefined) return NOTHING;
  const age = Math.max(0, now - seconds);
  if (age < 45) return 'now';
  if (age < 3570) return `${Math.max(1, Math.round(age / 60))} min`;
  if (age < 84_600) return `${Math.round(age / 3600)} h`;
  if (age < 45 * 86_400) return `${Math.round(age / 86_400)} d`;
  if (age < 345 * 86_400) return `${Math.round(age / (30.44 * 86_400))} mo`;
  return `${Math.max(1, Math.round(age / (365.25 * 86_400)))} y`;
};

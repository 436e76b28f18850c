/** Values with units, as people write them. Pure; null for what is none. */

const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** `90`, `90s`, `2h`, `1h30m`, `1d` in seconds. */
export const parseDuration = (text: string): number | null => {
  const plain = parseNumber(text);
  if (plain !== null) return plain;
  const parts = [...text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.toLowerCase())
    return null;
  let seconds = 0;
  for (const [, amount, unit = ''] of parts) {
    const length = SECONDS[unit];
    if (length === undefined) return null;
    seconds += Number(amount) * length;
  }
  return seconds;
};

const BYTES: Readonly<Record<string, number>> = { b: 1, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** `500`, `10k`, `1.5GB`, `2 GiB` in bytes, by powers of 1024. */
export const parseBytes = (text: string): number | null => {
  const match = /^(\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?$/i.exec(text);
  if (match === null) return null;
  const unit = match[2]?.toLowerCase();
  const power = unit === undefined || unit === 'b' ? 0 : (BYTES[unit] ?? 0);
  return Number(match[1]) * 1024 ** power;
};

/** A span of time, seconds since the epoch: a day is as long as it is. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** `2026-01-31`, `2026-01-31T09:05`, `today`, `yesterday`, or how long ago: `7d`. Local time. */
export const parseTime = (text: string, now: number): TimeSpan | null => {
  const word = text.toLowerCase();
  if (word === 'today') return dayOf(new Date(now * 1000), 0);
  if (word === 'yesterday') return dayOf(new Date(now * 1000), -1);
  const match = /^(\d{4})-(\d\d?)(?:-(\d\d?)(?:[t ](\d\d?):(\d\d)(?::(\d\d))?)?)?$/.exec(word);
  if (match === null) {
    const ago = /[a-z]$/.test(word) ? parseDuration(word) : null;
    return ago === null ? null : { from: now - ago, to: now - ago };
  }
  const [year = 0, month = 1, day, hour, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (month < 1 || month > 12 || (day ?? 1) < 1 || (day ?? 1) > 31) return null;
  const at = (d: number, h = 0, s = 0) =>
    new Date(year, month - 1, d, h, minute, second + s).getTime() / 1000;
  if (day === undefined) {
    return { from: at(1), to: new Date(year, month, 1).getTime() / 1000 };
  }
  if (hour === undefined) return { from: at(day), to: at(day + 1) };
  return { from: at(day, hour), to: at(day, hour, match[6] === undefined ? 60 : 1) };
};

const dayOf = (date: Date, shift: number): TimeSpan => {
  const start = (days: number) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime() / 1000;
  return { from: start(shift), to: start(shift + 1) };
};

/** A number as files write them: `0.01`, `1e-3`, `-inf`; null for anything else. */
export const parseNumber = (text: string): number | null => {
  if (!/^[-+−]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return null;
  return Number(text.replace('−', '-'));
};

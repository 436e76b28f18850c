/** Seconds since the epoch of an ISO 8601 text; null for none. */
export const secondsOf = (text: string | null): number | null =>
  text === null ? null : Date.parse(text) / 1000;

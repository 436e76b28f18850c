/** What is wrong with a port as it is typed; null where nothing is. */
export const portProblem = (text: string): string | null =>
  isWhole(text, { least: 1024, most: 65_535 }) ? null : 'A number from 1024 to 65535.';

/** What is wrong with a grace time as it is typed; null where nothing is. */
export const secondsProblem = (text: string): string | null =>
  isWhole(text, { least: 2, most: 604_800 }) ? null : 'Whole seconds, from 2 to 604800 (a week).';

const isWhole = (
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): boolean => /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;

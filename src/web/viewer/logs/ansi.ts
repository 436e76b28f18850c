/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  /** 0 to 15: colours of the terminal; text: any other, as CSS. */
  readonly color?: number | string;
  readonly background?: number | string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
}

type Style = Omit<Span, 'text'>;

/**
 * A line as a terminal would show it: colours and weights (ECMA-48 SGR), what a carriage return wrote
 * over, no other control sequence. Pure; whatever the line holds, what comes out is plain text.
 */
export const parseAnsi = (line: string): readonly Span[] => {
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  const visible = lastOverwrite(line);
  const push = (text: string) => {
    const clean = text.replace(CONTROLS, '');
    if (clean !== '') spans.push({ text: clean, ...style });
  };
  for (const match of visible.matchAll(ESCAPES)) {
    push(visible.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[0].endsWith('m') && match[0].startsWith(CSI)) {
      style = applyCodes(style, match[0].slice(CSI.length, -1));
    }
  }
  push(visible.slice(from));
  return spans;
};

/** Progress bars write the same line again and again: what came last is what is seen. */
const lastOverwrite = (line: string): string => {
  const parts = line.replace(/\r+$/, '').split('\r');
  return parts.findLast((part) => part !== '') ?? '';
};

const CSI = '\u001b[';
/** Sequences of control characters: CSI, OSC, and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const applyCodes = (before: Style, text: string): Style => {
  const codes = text.split(/[;:]/).map(Number);
  let style = before;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes.slice(i + 1));
      if (color !== undefined) style = { ...style, [code === 38 ? 'color' : 'background']: color };
      i += used;
    } else {
      style = applyCode(style, code);
    }
  }
  return style;
};

const applyCode = (style: Style, code: number): Style => {
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  switch (code) {
    case 0:
      return {};
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 22:
      return without(style, ['bold', 'dim']);
    case 23:
      return without(style, ['italic']);
    case 24:
      return without(style, ['underline']);
    case 39:
      return without(style, ['color']);
    case 49:
      return without(style, ['background']);
    default:
      return style;
  }
};

const without = (style: Style, names: readonly string[]): Style =>
  Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name)));

/** `5;N` of a palette of 256, or `2;R;G;B`. */
const extendedColor = (
  codes: readonly number[],
): { color: number | string | undefined; used: number } => {
  const [kind, a = 0, b = 0, c = 0] = codes;
  if (kind === 2) return { color: rgb(a, b, c), used: 4 };
  if (kind !== 5) return { color: undefined, used: 1 };
  if (a < 16) return { color: a, used: 2 };
  if (a >= 232) return { color: rgb(...grey(8 + (a - 232) * 10)), used: 2 };
  const level = (n: number) => (n === 0 ? 0 : 55 + 40 * n);
  const cube = a - 16;
  const [red, green, blue] = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return { color: rgb(level(red), level(green), level(blue)), used: 2 };
};

const grey = (value: number): [number, number, number] => [value, value, value];

const rgb = (...parts: readonly [number, number, number]): string =>
  `rgb(${parts.map((part) => Math.min(255, Math.max(0, Math.round(part) || 0))).join(' ')})`;

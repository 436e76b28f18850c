import { styleText } from 'node:util';

/** Colours of one output stream: on a terminal only, and not where NO_COLOR says no (no-color.org). */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

export const createStyle = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style => {
  const on = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    on ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    green: paint('green'),
    yellow: paint('yellow'),
    red: paint('red'),
    cyan: paint('cyan'),
  };
};

import type {
  CheckId,
  CheckResult,
  DoctorEvent,
  Summary,
  Verdict,
} from '../session/doctor/report.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { wrapText } from './wrap-text.ts';

/** How `doctor` tells what it finds, as it finds it. */
export interface DoctorOutput {
  report(event: DoctorEvent): void;
  close(): void;
}

/** Lines for people on stdout, to be pasted as they are; or JSON lines for scripts. */
export const createDoctorOutput = (terminal: Terminal, form: 'text' | 'json'): DoctorOutput => {
  const { out, outStyle: style, errStyle, progress, width } = terminal;
  if (form === 'json') {
    return { report: (event) => out(JSON.stringify(event)), close: () => undefined };
  }
  const titles = new Map<CheckId, string>();
  return {
    report: (event) => {
      if (event.type === 'summary') return out(`\n${renderSummary(event, style)}`);
      if (event.status === 'start') return progress(errStyle.dim(`  ${event.title} ...`));
      titles.set(event.check, event.title);
      const because = event.because === null ? '' : (titles.get(event.because) ?? event.because);
      out(renderCheck(event, { style, width, because }));
    },
    close: () => progress(''),
  };
};

const TITLE_WIDTH = 20;
const INDENT = ' '.repeat(TITLE_WIDTH + 4);

/**
 * One check: its verdict and what was found; where something is wrong, what helps, and the command that
 * shows the same.
 */
export const renderCheck = (
  result: CheckResult,
  { style, width, because }: { style: Style; width: number; because: string },
): string => {
  const { title, verdict, ms, fact, cause, remedy, command } = result;
  const time = ms >= 100 ? style.dim(`  ${(ms / 1000).toFixed(2)} s`) : '';
  const head = `${marksOf(style)[verdict]} ${title.padEnd(TITLE_WIDTH)}`;
  const block = (text: string, paint: (line: string) => string = (line) => line) =>
    wrapText(text, Math.max(20, width - INDENT.length)).map(paint);
  if (verdict === 'not-reached') {
    return `  ${head}${style.dim(`not reached, because of: ${because}`)}`;
  }
  const found = fact === null ? [] : block(fact);
  const wrong = cause === null ? [] : block(cause, verdict === 'failed' ? style.red : style.yellow);
  // Not broken into lines: it may hold a command to be copied.
  const helps = remedy === null ? [] : [`-> ${remedy}`];
  const byHand = cause === null || command === null ? [] : [style.dim(`by hand: ${command}`)];
  const [first = '', ...rest] = [...found, ...wrong, ...helps, ...byHand];
  return [`  ${head}${first}${time}`, ...rest.map((line) => INDENT + line)].join('\n');
};

export const renderSummary = ({ host, verdict, failed, warnings, ms }: Summary, style: Style) => {
  const seconds = style.dim(`(${(ms / 1000).toFixed(1)} s)`);
  const odd =
    warnings === 0 ? '' : `, ${warnings === 1 ? 'one thing' : `${warnings} things`} to look at`;
  if (verdict === 'failed') {
    return `${style.red('does not open')}: ${host} fails at "${failed?.title}"${odd}. ${seconds}`;
  }
  return `${style.green('opens')}: every step to ${host} works${odd}. ${seconds}`;
};

const marksOf = (style: Style): Readonly<Record<Verdict, string>> => ({
  ok: style.green('✓'),
  warning: style.yellow('!'),
  failed: style.red('✗'),
  'not-reached': style.dim('-'),
});

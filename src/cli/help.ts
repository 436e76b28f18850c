import { CATALOGUE } from './catalogue.ts';
import type { Style } from './style.ts';
import type { CommandWords, FlagDef } from './words.ts';
import { wrapText } from './wrap-text.ts';

/** How help is laid out. */
export interface HelpLayout {
  /** Columns of the terminal. */
  readonly width: number;
  readonly style: Style;
}

/** Wider than this nobody reads with ease. */
const MAX_WIDTH = 100;
const GAP = 2;

/** What `porthole --help` says: examples first, then every command. */
export const overview = (version: string, layout: HelpLayout): string => {
  const { bold } = layout.style;
  const commands = (...names: readonly (keyof typeof CATALOGUE)[]): readonly Row[] =>
    names.map((name) => [`porthole ${usageOf(CATALOGUE[name])}`, CATALOGUE[name].summary]);
  const sections: readonly Section[] = [
    [
      'Examples',
      [
        ['porthole gpu-server', 'open its viewer here; Ctrl+C ends it'],
        ['porthole gpu-server --detach', 'leave it in the background'],
        ['porthole stop gpu-server', 'end that'],
        ['porthole', 'the dashboard: all of this by mouse'],
      ],
    ],
    [
      'Open',
      [['porthole HOST', 'short for porthole open HOST'], ...commands('open', 'here', 'viewer')],
    ],
    ['Look', commands('viewers', 'envs', 'doctor', 'hosts', 'ls', 'url', 'logs')],
    ['End', commands('stop', 'retry', 'reap')],
    ['Set up', commands('completion')],
  ];
  return [
    `${bold('porthole')} ${version}`,
    'The experiment viewer of your GPU server, in your browser, over your own ssh.',
    '',
    ...tables(sections, layout),
    '',
    'HOST is an alias of your ssh config, or user@host.',
    'porthole COMMAND --help shows its options.',
  ].join('\n');
};

/** What `porthole COMMAND --help` says. */
export const helpOf = (words: CommandWords, { width, style }: HelpLayout): string => {
  const positionals = Object.entries(words.positionals).map(
    ([name, { description }]): Row => [name.toUpperCase(), description],
  );
  const { rest } = words;
  const usage = [
    usageOf(words),
    ...(Object.keys(words.flags).length > 0 ? ['[options]'] : []),
    ...(rest === undefined ? [] : [`[-- ${rest.name}]`]),
  ];
  const after: readonly Row[] = rest === undefined ? [] : [[rest.name, rest.description]];
  const sections: readonly Section[] = [
    ['', [...positionals, ...after]],
    ...flagGroups(words.flags),
  ];
  return [
    `${style.bold('Usage')}  porthole ${usage.join(' ')}`,
    '',
    ...wrapText(words.description, Math.min(width, MAX_WIDTH)),
    '',
    style.bold('Examples'),
    ...words.examples.map((example) => `  ${example}`),
    '',
    ...tables(sections, { width, style }),
  ]
    .join('\n')
    .trimEnd();
};

/** A term and what it means. */
type Row = readonly [string, string];
/** Rows under a heading. */
type Section = readonly [title: string, rows: readonly Row[]];

const usageOf = (words: CommandWords): string => {
  const positionals = Object.entries(words.positionals).map(([name, { presence }]) =>
    presence === 'required' ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [words.name, ...(words.usage === undefined ? positionals : [words.usage])].join(' ');
};

/** Flags by their headings, in the order in which these come first. */
const flagGroups = (flags: CommandWords['flags']): readonly Section[] => {
  const groups = new Map<string, Row[]>();
  for (const [name, flag] of Object.entries(flags)) {
    const title = flag.group ?? 'Options';
    groups.set(title, [...(groups.get(title) ?? []), flagRow([name, flag])]);
  }
  return [...groups];
};

const flagRow = ([name, { short, value, description }]: [string, FlagDef]): Row => {
  const letter = short === undefined ? '    ' : `-${short}, `;
  return [`${letter}--${name}${value === undefined ? '' : ` ${value}`}`, description];
};

/** Sections one below the other, all with the same first column. */
const tables = (sections: readonly Section[], { width, style }: HelpLayout): readonly string[] => {
  const filled = sections.filter(([, rows]) => rows.length > 0);
  const first = Math.max(...filled.flatMap(([, rows]) => rows.map(([term]) => term.length)));
  const indent = 2 + first + GAP;
  const room = Math.max(20, Math.min(width, MAX_WIDTH) - indent);
  const lines = ([term, meaning]: Row): readonly string[] =>
    wrapText(meaning, room).map((line, i) =>
      i === 0
        ? `  ${term.padEnd(first + GAP)}${style.dim(line)}`
        : `${' '.repeat(indent)}${style.dim(line)}`,
    );
  return filled.flatMap(([title, rows], i) => [
    ...(i === 0 ? [] : ['']),
    ...(title === '' ? [] : [style.bold(title)]),
    ...rows.flatMap(lines),
  ]);
};

import { deflateSync } from 'node:zlib';
import { stripPython } from './strip-python.ts';

const agentFiles = import.meta.glob<string>('./agent/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const streamsFiles = import.meta.glob<string>('./agent/streams/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const probeFiles = import.meta.glob<string>('./agent/probe/*.py', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The agent without the parts that are loaded on demand, as one Python text; `received` holds what came after it on stdin. */
export const agentSource = (): string => {
  const { __init__: package_, ...modules } = strippedModules(agentFiles);
  if (package_ === undefined) throw new Error('The agent has no __init__.py');
  return [
    'import sys',
    'package = type(sys)("porthole_agent")',
    'package.__path__ = []',
    'sys.modules["porthole_agent"] = package',
    `exec(${pythonText(package_)}, package.__dict__)`,
    `package.install({${Object.entries(modules)
      .map(([name, source]) => `"${name}": ${pythonText(source)}`)
      .join(',\n')}})`,
    'from porthole_agent.main import main',
    'main(received)',
    '',
  ].join('\n');
};

/**
 * The line that the loader reads: a comment to any shell that might get it instead, else the agent,
 * compressed. Its compressed size decides how fast a warm open is: below about 10 kB it fits the first
 * window of a TCP connection.
 */
export const agentLine = (): string => {
  line ??= `# ${deflateSync(agentSource(), { level: 9, memLevel: 9 }).toString('base64')}\n`;
  return line;
};
let line: string | undefined;

/** Modules of the probe. */
export const probeModules = (): Readonly<Record<string, string>> => strippedModules(probeFiles);

/** What the request `load` carries. */
export interface AgentPart {
  readonly part: 'probe' | 'streams';
  /** JSON of {name: source}, compressed, in base64: a third of what it would be as it is. */
  readonly modules: string;
}

/** The probe, for the request `load`; it travels only where something is to be probed. */
export const probePart = (): AgentPart => {
  packedProbe ??= packed(probeModules());
  return { part: 'probe', modules: packedProbe };
};
let packedProbe: string | undefined;

/** The streams, for the request `load`; they travel only where ssh gives no forward. */
export const streamsPart = (): AgentPart => ({
  part: 'streams',
  modules: packed(strippedModules(streamsFiles)),
});

const packed = (modules: Readonly<Record<string, string>>): string =>
  deflateSync(JSON.stringify(modules), { level: 9, memLevel: 9 }).toString('base64');

const strippedModules = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([path, source]) => [
      path.slice(path.lastIndexOf('/') + 1, -'.py'.length),
      stripPython(source),
    ]),
  );

/** A text as a Python literal, without escapes, which would cost a twentieth of the compressed size. */
const pythonText = (text: string): string => {
  if (text.includes(QUOTES) || text.endsWith('"')) throw new Error('Text would end its literal');
  return `r${QUOTES}${text}${QUOTES}`;
};
const QUOTES = '"""';

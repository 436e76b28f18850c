import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/core/clock.ts';
import { descendantsOf, listProcesses } from '../../test/lab/processes.ts';
import { type StartedViewer, startViewer } from '../../test/lab/start-viewer.ts';
import { peakMb } from './cpu.ts';
import { type Answer, getOk, keepAlive } from './http.ts';

const PACKAGE = fileURLToPath(new URL('../../src/builtin', import.meta.url));
const START =
  'import sys; sys.path.insert(0, sys.argv[1]); from porthole_viewer.main import main; main()';

/** A viewer that serves a storage on this machine, asked over one connection as a page does. */
export interface ServedStorage {
  readonly pid: number;
  /** Seconds, and the bytes that would cross the link. */
  ask(path: string): Promise<Answer & { readonly seconds: number }>;
  /** The answer's JSON. */
  read(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Serves with the bundled viewer, whose Python files are imported from where they are. */
export const serveBundled = async (storage: string, directory: string): Promise<ServedStorage> => {
  const settings = { socket: '{socket}', storage };
  const spec = {
    argv: ['python3', '-I', '-S', '-B', '-c', START, PACKAGE],
    env: {},
    input: `${JSON.stringify(settings)}\n`,
    endpoint: 'reported',
    healthPath: '/api/health',
  } as const;
  return served(await startViewer(spec, directory), directory);
};

/** What answers on a viewer's socket; `close` removes the socket, which not every viewer does. */
export const served = (viewer: StartedViewer, directory: string): ServedStorage => {
  if (viewer.endpoint.kind !== 'socket') throw new Error('The viewer does not serve its socket.');
  const place = { socketPath: viewer.endpoint.path };
  const agent = keepAlive(1);
  return {
    pid: viewer.process.pid ?? -1,
    ask: async (path) => {
      const startedMs = systemClock.monotonicMs();
      const answer = await getOk({ place, path, agent, headers: { 'accept-encoding': 'gzip' } });
      return { ...answer, seconds: (systemClock.monotonicMs() - startedMs) / 1000 };
    },
    read: async (path) => {
      const { status, body } = await viewer.get(path);
      if (status !== 200) throw new Error(`${path} was answered with ${status}: ${body}`);
      return JSON.parse(body);
    },
    close: async () => {
      agent.destroy();
      await viewer.process.terminate();
      await rm(join(directory, 'viewer.sock'), { force: true });
    },
  };
};

/** Server-sent events of a viewer, as lines; ends with `close`. */
export const followEvents = async (directory: string, path: string) => {
  const socketPath = join(directory, 'viewer.sock');
  const call = request({ socketPath, path, agent: false });
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    call.once('response', resolve).once('error', reject).end();
  });
  const lines = createInterface({ input: answer })[Symbol.asyncIterator]();
  return {
    /** Waits for the next line with such a text. */
    until: async (text: string): Promise<void> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('The events have ended.');
        if (value.includes(text)) return;
      }
    },
    close: () => {
      call.on('error', () => {
        // Ended by us.
      });
      call.destroy();
    },
  };
};

/** The most memory that a process and its children have held so far, in MB: the sum of their peaks. */
export const peakOfTreeMb = async (pid: number): Promise<number> => {
  const children = descendantsOf(pid, await listProcesses());
  const peaks = await Promise.all([pid, ...children.map((one) => one.pid)].map(peakMb));
  return peaks.reduce((sum, mb) => sum + mb, 0);
};

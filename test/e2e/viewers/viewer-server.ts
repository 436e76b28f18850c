import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { haveOrSkip, SSHD } from '../../lab/have-or-skip.ts';
import { type Lab, startLab } from '../../lab/lab.ts';
import { runOrThrow } from '../../lab/run.ts';
import { ensureVenv, type Venv, type VenvName } from '../../lab/venvs.ts';

/** A server with a viewer from PyPI, and data that its own library, or one that writes the same, has made. */
export interface ViewerServer {
  readonly lab: Lab;
  readonly venv: Venv;
  readonly storage: string;
}

const WRITERS = import.meta.dirname;

/** One server for all tests of a file, which skip, and say so, where there is no sshd. */
export const shareViewer = (name: VenvName): (() => ViewerServer) => {
  let server: ViewerServer | undefined;
  beforeAll(async () => {
    if (!SSHD.have()) return;
    const [venv, lab] = await Promise.all([ensureVenv(name), startLab({ relay: {} })]);
    const storage = join(lab.directory, 'data');
    server = { lab, venv, storage };
    const writer = join(WRITERS, '../../lab/sample-data', `write-${name}.py`);
    const env = { HOME: lab.directory };
    await runOrThrow({ file: venv.python, args: ['-B', writer, storage], env });
  }, SET_UP_LIMIT_MS);
  afterAll(() => server?.lab[Symbol.asyncDispose]());
  beforeEach((context) => haveOrSkip(context, SSHD));
  return () => {
    if (server === undefined) throw new Error('The server was not started.');
    return server;
  };
};

/** The first run on a machine downloads the packages. */
const SET_UP_LIMIT_MS = 600_000;

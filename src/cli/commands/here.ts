import { resolve } from 'node:path';
import { HERE } from '../../remote/here.ts';
import type { OpenRequest } from '../../session/open-request.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { compose } from '../compose.ts';
import { createOpenOutput } from '../open-output.ts';
import { parsePort } from '../ssh-flags.ts';
import { openByHub } from './open.ts';

const TIMEOUT_MS = 60_000;
const GRACE_S = 30;

/** `porthole here [DIR]`. */
export const here: CommandRun<typeof CATALOGUE.here> = async (cli, { flags, words }) => {
  const request: OpenRequest = {
    target: HERE,
    sshEnvironment: {},
    viewer: 'builtin',
    command: null,
    adopt: null,
    environment: null,
    storage: words.dir === undefined ? null : resolve(cli.cwd, words.dir),
    access: flags.manage ? 'manage' : 'read-only',
    localPort: flags.port === undefined ? null : parsePort(flags.port, '--port'),
    choice: 'remembered',
    confirmation: 'assume-yes',
    auth: flags['no-auth'] ? 'none' : 'token',
    timeoutMs: TIMEOUT_MS,
    graceS: GRACE_S,
  };
  await openByHub({
    cli,
    composition: compose(cli, flags.verbose ? 'debug' : 'info'),
    request,
    output: createOpenOutput(cli.terminal, flags.json ? 'json' : 'text'),
    browser: flags['no-open'] ? 'leave' : 'open',
    log: flags.verbose ? 'debug' : 'warn',
    place: flags.detach ? 'background' : 'terminal',
  });
};

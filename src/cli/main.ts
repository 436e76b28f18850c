/**
 * Entry of the executable. Kept tiny: what a call needs is loaded when it is known which call it is,
 * so that `--version`, completions and ssh's questions cost little more than starting node.
 */

import { realpathSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { version } from '../../package.json';
import { resolvePaths } from '../core/paths.ts';
import { keepCompiledCode } from './compiled-code.ts';
import type { CliEnvironment } from './environment.ts';
import { COMPLETION_MODE, HUB_MODE } from './hidden-words.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
/** Whether that has gone. */
let isHungUp = false;

const main = async (): Promise<number> => {
  const [, program = '', ...words] = process.argv;
  if (process.env.PORTHOLE_ASKPASS !== undefined) {
    const { runAskpass } = await import('./askpass-mode.ts');
    return runAskpass(words, process.env);
  }
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (words[0] === COMPLETION_MODE) {
    const { runCompletion } = await import('./completion/run-completion.ts');
    process.stdout.write(await runCompletion(words.slice(1), surroundings()));
    return 0;
  }
  const around = surroundings();
  const { cache } = resolvePaths(around);
  keepCompiledCode(join(cache, 'code'), join(dirname(realpathSync(program)), 'chunks'), around.uid);
  const { createTerminal } = await import('./terminal.ts');
  const cli: CliEnvironment = {
    ...around,
    hostname: hostname(),
    user: userName(),
    pid: process.pid,
    platform: process.platform,
    program: realpathSync(program),
    node: process.execPath,
    version,
    terminal: createTerminal({
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
    }),
    onSignal: (listener) => {
      const listeners = SIGNALS.map((signal) => {
        const hear = () => {
          isHungUp ||= signal === 'SIGHUP' && hasTerminal;
          listener(signal);
        };
        return { signal, hear };
      });
      for (const { signal, hear } of listeners) process.on(signal, hear);
      return () => {
        for (const { signal, hear } of listeners) process.off(signal, hear);
      };
    },
    exitNow: (code) => process.exit(code),
    onCrash: (listener) => {
      process.on('uncaughtExceptionMonitor', listener);
    },
  };
  if (words[0] === HUB_MODE) {
    const { runHubMode } = await import('./hub-mode.ts');
    return endWith(await runHubMode(cli));
  }
  const { run } = await import('./run.ts');
  return endWith(await run(words, cli));
};

/** By then all that was written is out, and nothing that is left has a purpose. */
const LINGER_MS = 3000;

/** What has ended is not kept up by a handle that was forgotten; this one keeps nothing up itself. */
const endWith = async (code: number): Promise<number> => {
  const { systemClock } = await import('../core/clock.ts');
  void systemClock.sleep(LINGER_MS, { ref: 'unref' }).then(() => process.exit(code));
  return code;
};

const surroundings = () => ({
  env: process.env,
  cwd: process.cwd(),
  uid: process.getuid?.() ?? 0,
  home: homedir(),
});

/** An account without an entry in the system's list (a container's) has a number and no name. */
const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
};

void main().then((code) => {
  process.exitCode = code;
  // Node restores the terminal at its exit, and aborts where that has gone (ResetStdio in its node.cc).
  // The signal, which has no listener any more, ends this process without.
  if (isHungUp) process.kill(process.pid, 'SIGHUP');
});

/**
 * Entry of the executable. Kept tiny: what a call needs is loaded when it is known which call it is,
 * so that `--version`, completions and ssh's questions cost little more than starting node.
 */

import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { version } from '../../package.json';

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
  const [{ run }, { createTerminal }] = await Promise.all([
    import('./run.ts'),
    import('./terminal.ts'),
  ]);
  return run(words, {
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    uid: process.getuid?.() ?? 0,
    home: homedir(),
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
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  });
};

process.exitCode = await main();

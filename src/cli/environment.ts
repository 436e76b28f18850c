import type { Terminal } from './terminal.ts';

/** The process that a command runs in, handed to it by main. */
export interface CliEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pid: number;
  readonly uid: number;
  readonly home: string;
  /** Of this machine. */
  readonly hostname: string;
  /** Name of the account. */
  readonly user: string;
  readonly platform: NodeJS.Platform;
  /** Path of porthole's own executable. */
  readonly program: string;
  /** Path of the node that runs it. */
  readonly node: string;
  readonly version: string;
  readonly terminal: Terminal;
  /** Calls back at SIGINT, SIGTERM and SIGHUP, until the returned function is called. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
  /** Ends the process at once, whatever is under way. */
  exitNow(code: number): void;
  /** Calls back at an exception that nobody caught, just before the process ends by it. */
  onCrash(listener: (error: Error) => void): void;
}

/** Variables of this terminal that ssh looks at; the hub may have been started in another one. */
export const sshEnvironmentOf = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const name of [
    'SSH_AUTH_SOCK',
    'SSH_AGENT_PID',
    'SSH_SK_PROVIDER',
    'KRB5CCNAME',
    'DISPLAY',
  ]) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
};

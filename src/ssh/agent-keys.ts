import { singleLine } from '../core/text.ts';
import type { Runner } from './runner.ts';

/** A key that the user's agent holds. */
export interface AgentKey {
  readonly bits: number;
  readonly fingerprint: string;
  readonly comment: string;
  /** As ssh-add writes it: `ED25519`. */
  readonly type: string;
}

export type AgentKeys =
  | { readonly state: 'running'; readonly keys: readonly AgentKey[] }
  | { readonly state: 'none'; readonly reason: string };

/** An agent may wait for a person (a locked one of a desktop). */
const LIST_LIMIT_MS = 5000;
const MAX_KEYS = 256;

/** Asks `ssh-add -l`; exit code 1 means an agent without keys, 2 none at all (ssh-add(1)). */
export const listAgentKeys = async (
  runner: Runner,
  env: Readonly<Record<string, string>>,
): Promise<AgentKeys> => {
  try {
    const command = { file: 'ssh-add', args: ['-l'], env: { ...env, LC_ALL: 'C' } };
    const finished = await runner.run(command, { timeoutMs: LIST_LIMIT_MS });
    if (finished.timedOut) return none('The ssh agent does not answer.');
    if (finished.exitCode === 0 || finished.exitCode === 1) {
      return { state: 'running', keys: parseAgentKeys(finished.stdout) };
    }
    return none('No ssh agent runs in the session that started porthole (SSH_AUTH_SOCK).');
  } catch {
    return none('ssh-add was not found.');
  }
};

/** `256 SHA256:... user@laptop (ED25519)`, one a line. Pure. */
export const parseAgentKeys = (output: string): readonly AgentKey[] =>
  output
    .split('\n')
    .flatMap((line) => {
      const found = /^(\d+) (\S+) (.*) \(([A-Za-z0-9-]+)\)$/.exec(line.trim());
      if (found === null) return [];
      const [, bits = '', fingerprint = '', comment = '', type = ''] = found;
      return [{ bits: Number(bits), fingerprint, comment: singleLine(comment), type }];
    })
    .slice(0, MAX_KEYS);

const none = (reason: string): AgentKeys => ({ state: 'none', reason });

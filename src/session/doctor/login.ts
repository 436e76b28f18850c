import { createDeadline } from '../../core/deadline.ts';
import { PortholeError } from '../../core/errors.ts';
import {
  type Connection,
  type ConnectionContext,
  openConnection,
} from '../../remote/connection.ts';
import type { Hello } from '../../remote/protocol/wire.ts';
import type { Prompter, PromptKind } from '../../ssh/askpass/prompt.ts';
import { type LoginSigns, NO_SIGNS, readLoginLine } from '../../ssh/login-lines.ts';
import type { ProbeWish } from '../probe-once.ts';

/** A login that came as far as the agent. */
export interface OpenedLogin {
  readonly connection: Connection;
  readonly hello: Hello;
}

/** How far a login has come. */
export interface LoginView {
  readonly signs: LoginSigns;
  /** What ssh asked, in order. */
  readonly asked: readonly PromptKind[];
  /** Undefined while it goes on. */
  readonly outcome:
    | undefined
    | { readonly kind: 'opened'; readonly hello: Hello; readonly noise: string }
    | { readonly kind: 'failed'; readonly error: unknown };
}

/** One login of the doctor's own, watched line by line. */
export interface Login {
  /** Resolves as soon as ssh has told of what is waited for, or the login has come to its end. Never rejects. */
  until(has: (signs: LoginSigns) => boolean): Promise<LoginView>;
  /** Rejects with the failure of the login. */
  readonly opened: Promise<OpenedLogin>;
  close(): Promise<void>;
}

export interface StartLoginInput {
  readonly wish: ProbeWish;
  readonly context: ConnectionContext;
  readonly prompter: Prompter;
  readonly signal: AbortSignal;
}

/** Above the user's own LogLevel: what ssh tries is told only there. */
const SSH_OPTIONS = ['LogLevel=DEBUG1'];

/** Logs in as `open` does on a first contact, with ssh telling what it does. */
export const startLogin = async (input: StartLoginInput): Promise<Login> => {
  const { wish, context, prompter } = input;
  const deadline = createDeadline(context.clock, wish.timeoutMs, () => tookTooLong(wish));
  const signal = AbortSignal.any([input.signal, deadline.signal]);
  const asked: PromptKind[] = [];
  const waiting = new Set<() => void>();
  let signs = NO_SIGNS;
  let outcome: LoginView['outcome'];
  const look = () => {
    for (const one of [...waiting]) one();
  };

  const connecting = openConnection(
    {
      target: wish.target,
      sshEnvironment: wish.sshEnvironment,
      prompting: 'interactive',
      knownPython: undefined,
      prompter: (prompt, gone) => {
        asked.push(prompt.kind);
        return deadline.pauseDuring(() => prompter(prompt, gone));
      },
      witness: {
        sshOptions: SSH_OPTIONS,
        onLine: (line) => {
          signs = readLoginLine(signs, line);
          look();
        },
      },
    },
    context,
  );
  const opened = connecting.then(async (connection) => ({
    connection,
    hello: await connection.established(signal),
  }));
  const settled = opened
    .then(
      ({ connection, hello }) => {
        outcome = { kind: 'opened', hello, noise: connection.agent.noise() };
      },
      (error: unknown) => {
        outcome = { kind: 'failed', error };
      },
    )
    .finally(() => {
      deadline.cancel();
      look();
    });
  void settled;

  return {
    until: (has) =>
      new Promise((resolve) => {
        const one = () => {
          if (outcome === undefined && !has(signs)) return;
          waiting.delete(one);
          resolve({ signs, asked, outcome });
        };
        waiting.add(one);
        one();
      }),
    opened,
    close: async () => {
      const connection = await connecting.catch(() => undefined);
      await connection?.close();
    },
  };
};

const tookTooLong = ({ target, timeoutMs }: ProbeWish): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `${target.host} did not let porthole in within ${Math.round(timeoutMs / 1000)} s.`,
    hint: 'Give it more time with --timeout SECONDS.',
  });

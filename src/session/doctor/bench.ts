import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { PortholeError } from '../../core/errors.ts';
import { ensurePrivateDirectory } from '../../core/private-directory.ts';
import type { ConnectionContext } from '../../remote/connection.ts';
import type { Diagnosis } from '../../remote/protocol/diagnosis.ts';
import type { ProbeResult } from '../../remote/protocol/probe.ts';
import { destinationWords } from '../../ssh/argv.ts';
import type { Prompter } from '../../ssh/askpass/prompt.ts';
import { isMasterLive } from '../../ssh/borrowed-master.ts';
import { shellQuote } from '../../ssh/command-line.ts';
import { checkControlPath, masterSocketIn } from '../../ssh/control-socket.ts';
import { readSshVersion, type SshVersion } from '../../ssh/find-ssh.ts';
import { type FirstHop, findFirstHop } from '../../ssh/first-hop.ts';
import { type ResolvedHost, resolveHost } from '../../ssh/resolve-host.ts';
import { isMultiplexed, type SshTarget } from '../../ssh/target.ts';
import type { ProbeWish } from '../probe-once.ts';
import { probeHost } from '../remembered-plan.ts';
import { concealTarget, confidentialIn, createConcealer } from './conceal.ts';
import { type Login, startLogin } from './login.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { openTunnels, type Passages, type Tunnels } from './tunnels.ts';

/** What is known of this machine before anything is looked at. */
export interface HereFacts {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly uid: number;
}

/** The other porthole of this user, as far as it matters: `failed` where `open` would fail at it. */
export type HubFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly words: string }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface DoctorInput {
  readonly wish: ProbeWish;
  readonly context: ConnectionContext;
  readonly here: HereFacts;
  readonly hub: () => Promise<HubFacts>;
  /** Answers ssh's questions. */
  readonly prompter: Prompter;
  /** Ends the examination. */
  readonly signal: AbortSignal;
}

/** What the checks look at; each part is made when it is first asked for, and once. */
export interface Bench {
  readonly clock: Clock;
  readonly here: HereFacts;
  readonly home: string;
  readonly signal: AbortSignal;
  /** For ssh, not for the report. */
  readonly target: SshTarget;
  /**
   * A private directory for the local ends of tunnels. While it is there, nobody takes the one around
   * it away.
   */
  directory(): Promise<string>;
  hub(): Promise<HubFacts>;
  ssh(): Promise<{ readonly path: string; readonly version: SshVersion | undefined }>;
  config(): Promise<ResolvedHost>;
  firstHop(): Promise<FirstHop>;
  /** Control socket of a live connection that the user has open to this host, which `open` would share. */
  ownMaster(): Promise<string | undefined>;
  login(): Promise<Login>;
  diagnosis(): Promise<Diagnosis>;
  /** Our clock when the diagnosis had come; NaN before. The way takes less than a skew that matters. */
  diagnosedAtMs(): number;
  probe(): Promise<ProbeResult>;
  /** A program on the server that answers as a viewer does. */
  standIn(): Promise<StandIn>;
  /** Ways from here to the stand-in, as ssh here agrees to them. */
  tunnels(): Promise<Tunnels>;
  /** A request by each way. */
  passages(): Promise<Passages>;
  /** A signal that aborts with the examination, or after this time with `connection-timeout`. */
  within(limitMs: number, what: string): AbortSignal;
  /** `ssh WORDS... DESTINATION COMMAND...` as a person types it, without what may be secret. */
  sshLine(words: readonly string[], command?: string): string;
  /** Takes out of a text what does not belong into a bug tracker. */
  conceal(text: string): string;
  /** Ends what was started, there and here. */
  close(): Promise<void>;
}

/** One step on the server, a cold network disk included. */
export const STEP_LIMIT_MS = 30_000;

export const createBench = (input: DoctorInput): Bench => {
  const { wish, context, signal } = input;
  const { clock, runner } = context;
  const { target } = wish;
  const shown = concealTarget(target);
  const timers = new Set<() => void>();
  const undo: (() => Promise<unknown>)[] = [];
  let diagnosedAtMs = Number.NaN;
  let conceal = createConcealer(confidentialIn(target));

  const within: Bench['within'] = (limitMs, what) => {
    const timeout = clock.timeout(limitMs, () => tookTooLong(what, limitMs));
    timers.add(timeout.cancel);
    return AbortSignal.any([signal, timeout.signal]);
  };
  const directory = once(async () => {
    const path = join(context.runtimeDirectory, context.newName());
    checkControlPath(masterSocketIn(path));
    await makeBelow(context.runtimeDirectory, path, input.here.uid);
    undo.push(() => rm(path, { recursive: true, force: true }));
    return path;
  });
  const ssh = once(async () => {
    const path = await context.ssh();
    return { path, version: await readSshVersion(runner, path) };
  });
  const resolving = async () => ({ runner, ssh: (await ssh()).path, target, signal });
  const config = once(async () => {
    const resolved = await resolveHost(await resolving());
    conceal = createConcealer([...confidentialIn(target), ...resolved.confidential]);
    return resolved;
  });
  const login = once(async () => {
    const started = await startLogin(input);
    undo.push(started.close);
    return started;
  });
  const connection = async () => (await (await login()).opened).connection;
  const standIn = once(async () => {
    const started = await startStandIn({
      ...{ connection: await connection(), clock },
      signal: within(STEP_LIMIT_MS, 'a process on the server'),
    });
    undo.push(started.stop);
    return started;
  });
  const tunnels = once(async () => {
    const { endpoints } = await standIn();
    const opened = await openTunnels({
      ...{ connection: await connection(), endpoints, directory: await directory(), clock },
      signal: within(STEP_LIMIT_MS, 'ssh here'),
    });
    undo.push(opened.close);
    return opened;
  });

  return {
    ...{ clock, here: input.here, home: context.home, signal, target, directory },
    hub: once(input.hub),
    ssh,
    config,
    firstHop: once(async () => findFirstHop(await resolving(), await config())),
    ownMaster: once(async () => {
      const [{ path }, { controlPath }] = [await ssh(), await config()];
      if (controlPath === undefined || !isMultiplexed(target)) return undefined;
      return (await isMasterLive(runner, { ssh: path, controlPath })) ? controlPath : undefined;
    }),
    login,
    diagnosis: once(async () => {
      const diagnosis = await (await connection()).diagnose(
        within(STEP_LIMIT_MS, 'the agent on the server'),
      );
      diagnosedAtMs = clock.wallMs();
      return diagnosis;
    }),
    diagnosedAtMs: () => diagnosedAtMs,
    probe: once(async () =>
      probeHost(
        await connection(),
        { environment: null, storage: null },
        { remembered: undefined, signal: within(STEP_LIMIT_MS, 'the agent on the server') },
      ),
    ),
    standIn,
    tunnels,
    passages: once(async () => {
      const [opened, { word }] = await Promise.all([tunnels(), standIn()]);
      return opened.pass(word, within(STEP_LIMIT_MS, 'the forwarded connection'));
    }),
    within,
    sshLine: (words, command) => {
      const start = ['ssh', ...words].join(' ');
      const rest = command === undefined ? '' : ` ${shellQuote(command)}`;
      return `${start} ${destinationWords(shown)}${rest}`;
    },
    conceal: (text) => conceal(text),
    close: async () => {
      for (const cancel of timers) cancel();
      for (let step = undo.pop(); step !== undefined; step = undo.pop()) {
        await step().catch(() => undefined); // what was started last may have ended with the link
      }
    },
  };
};

/** Another command may have ended, and taken the empty directory with it. */
const MAX_ATTEMPTS = 20;

const makeBelow = async (parent: string, path: string, uid: number): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    await ensurePrivateDirectory(parent, uid);
    try {
      await mkdir(path, { mode: 0o700 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === MAX_ATTEMPTS)
        throw error;
    }
  }
};

/** The same promise at every call. */
const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

const tookTooLong = (what: string, limitMs: number): PortholeError =>
  new PortholeError({
    code: 'connection-timeout',
    message: `There was no answer from ${what} within ${Math.round(limitMs / 1000)} s.`,
    hint: 'The server or the link is overloaded, or a file system there hangs: look there by hand.',
  });

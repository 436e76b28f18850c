import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { PortholeError } from '../core/errors.ts';
import { untilAborted } from '../core/until-aborted.ts';
import type { Prompting } from '../ssh/argv.ts';
import type { Broker } from '../ssh/askpass/broker.ts';
import type { AskedPrompt, Prompter } from '../ssh/askpass/prompt.ts';
import type { ResolvedHost } from '../ssh/resolve-host.ts';
import type { Runner } from '../ssh/runner.ts';
import { suggestAlias } from '../ssh/suggest-alias.ts';
import { isMultiplexed, type SshTarget } from '../ssh/target.ts';
import { agentLine, probePart } from './agent-bundle.ts';
import { type AgentClient, createAgentClient } from './agent-client.ts';
import { PYTHON_CANDIDATES } from './bootstrap.ts';
import { loginQuestion, reasonOfEnd, reasonOfSilence } from './connection-failures.ts';
import { isHere, startHere } from './here.ts';
import { type Diagnosis, diagnosisSchema } from './protocol/diagnosis.ts';
import { type DirectoryResult, directoryResultSchema } from './protocol/directories.ts';
import {
  type AdoptRequest,
  type AdoptResult,
  adoptResultSchema,
  type ProbeRequest,
  type ProbeResult,
  probeResultSchema,
} from './protocol/probe.ts';
import { type Hello, loadResultSchema } from './protocol/wire.ts';
import { type StartedSsh, startSsh } from './start-ssh.ts';
import { loginAsks } from './stuck-login.ts';
import { createTunnels, type Tunnels } from './tunnels.ts';

/** What every connection of this process has in common. */
export interface ConnectionContext {
  readonly runner: Runner;
  readonly clock: Clock;
  /** Path of the ssh program; looked for with the first connection. */
  readonly ssh: () => Promise<string>;
  /** Answers ssh's questions; started with the first connection. */
  readonly broker: () => Promise<Broker>;
  /** The user's home directory, where the ssh configuration lies. */
  readonly home: string;
  /** Private directory for control sockets. */
  readonly runtimeDirectory: string;
  /** A name that no other connection of any process has at the same time. */
  readonly newName: () => string;
}

export interface OpenConnectionOptions {
  readonly target: SshTarget;
  /** Variables of the asking terminal that ssh looks at (SSH_AUTH_SOCK and its like). */
  readonly sshEnvironment: Readonly<Record<string, string>>;
  readonly prompter: Prompter;
  readonly prompting: Prompting;
  /**
   * The interpreter that ran the agent on this host before. With it the agent and the first requests
   * go out at once; without, nothing is sent before the loader has said hello.
   */
  readonly knownPython: string | undefined;
  /** `own` takes none that the user has open: that one may be on a link that is gone. `any` unless told. */
  readonly masters?: 'any' | 'own';
  /** For whoever looks at the login itself: options of ssh's for it, and each line of ssh's stderr. */
  readonly witness?: {
    readonly sshOptions: readonly string[];
    readonly onLine: (line: string) => void;
  };
}

/**
 * One live OpenSSH ControlMaster to a host, with the agent speaking on its own session; or a session on a
 * master that the user has open already.
 */
export interface Connection {
  readonly target: SshTarget;
  /** What ssh's configuration comes to for it; undefined for this machine. */
  readonly route: ResolvedHost | undefined;
  /** Whose master it is. */
  readonly owner: 'porthole' | 'user';
  readonly agent: AgentClient;
  /**
   * Resolves when the agent is there.
   *
   * @throws PortholeError as ssh's failure is classified, `login-shell`, `python-not-found`; the signal's
   * reason, `login-shell` where the login was accepted and time ran out
   */
  established(signal: AbortSignal): Promise<Hello>;
  /** Resolves, with the reason, when the connection has ended. */
  readonly closed: Promise<PortholeError>;
  /** Environments, storage roots, GPUs: one round trip. */
  probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeResult>;
  /** Whether a viewer that was found running still is what it was. */
  adopt(request: AdoptRequest, signal: AbortSignal): Promise<AdoptResult>;
  /** For the doctor: interpreters, places for the runtime directory, clock. */
  diagnose(signal: AbortSignal): Promise<Diagnosis>;
  /** The directories in a directory of the server. */
  listDirectory(path: string, signal: AbortSignal): Promise<DirectoryResult>;
  /** Makes a local socket lead to an endpoint there. */
  readonly openTunnel: Tunnels['open'];
  readonly avoidForwards: Tunnels['avoidForwards'];
  /** What ssh has asked so far. */
  asked(): readonly AskedPrompt[];
  /** The end of what ssh wrote to stderr, neutralised. */
  stderr(): string;
  close(): Promise<void>;
}

/**
 * Starts ssh to a host and speaks to the agent there. Resolves as soon as ssh runs; whether the login
 * succeeds is for `established` to say.
 *
 * @throws PortholeError `path-too-long`, `ssh-not-found`
 */
export const openConnection = async (
  options: OpenConnectionOptions,
  context: ConnectionContext,
): Promise<Connection> => {
  const { target, knownPython } = options;
  const { clock } = context;
  const { master, owner, route, asked, release } = isHere(target)
    ? startBesideUs(context, knownPython)
    : await startSsh(options, context);
  const agent = createAgentClient({
    stdin: master.stdin,
    stdout: master.stdout,
    clock,
    agentLine: agentLine(),
    contact: knownPython === undefined ? 'first' : 'warm',
  });
  const ways = isHere(target)
    ? 'forward-only'
    : isMultiplexed(target)
      ? 'forward'
      : 'agent-channel';
  const tunnels = createTunnels({ master, agent, clock, ways });
  const parts = { master, agent, clock, target };
  const established = agent.hello.then(
    (hello) => {
      master.markOpen();
      return hello;
    },
    async (error: PortholeError) => {
      throw await suggestAlias(await reasonOfEnd(error, parts), target, context.home);
    },
  );
  // Whoever waits for it gets the rejection; a connection may also be closed before anybody does.
  established.catch(() => undefined);
  let closing: Promise<void> | undefined;
  let probeLoaded: Promise<unknown> | undefined;
  const afterProbeLoaded = async <T>(asked: () => Promise<T>): Promise<T> => {
    // The agent reads requests in order: the modules are there when it comes to what needs them.
    probeLoaded ??= agent.request('load', { ...probePart() }, loadResultSchema);
    const [, result] = await Promise.all([probeLoaded, asked()]);
    return result;
  };
  const probeWith = <T>(
    params: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> => afterProbeLoaded(() => agent.request('probe', params, schema, { signal }));

  return {
    target,
    route,
    owner,
    agent,
    established: async (signal) => {
      const over = new AbortController();
      const asks = loginAsks({ agent, clock, signal: over.signal }).then(() => {
        throw loginQuestion(parts);
      });
      asks.catch(() => undefined);
      try {
        return await untilAborted(Promise.race([established, asks]), signal);
      } catch (thrown) {
        throw await reasonOfSilence(thrown, parts);
      } finally {
        over.abort();
      }
    },
    closed: agent.closed.then((error) => reasonOfEnd(error, parts)),
    probe: (request, signal) => probeWith({ ...request }, probeResultSchema, signal),
    adopt: (request, signal) => probeWith({ adopt: request }, adoptResultSchema, signal),
    diagnose: (signal) =>
      probeWith({ diagnose: { pythons: PYTHON_CANDIDATES } }, diagnosisSchema, signal),
    listDirectory: (path, signal) =>
      afterProbeLoaded(() => agent.request('list', { path }, directoryResultSchema, { signal })),
    openTunnel: tunnels.open,
    avoidForwards: tunnels.avoidForwards,
    asked,
    stderr: master.stderrTail,
    close: () => {
      tunnels.close();
      closing ??= master.close().then(release);
      return closing;
    },
  };
};

const startBesideUs = (
  context: ConnectionContext,
  rememberedPython: string | undefined,
): StartedSsh => ({
  master: startHere({ ...context, rememberedPython }),
  owner: 'porthole',
  route: undefined,
  asked: () => [],
  release: () => undefined,
});

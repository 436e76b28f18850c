import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.ts';
import { silentLogger } from '../../../src/core/logger.ts';
import { agentLine } from '../../../src/remote/agent-bundle.ts';
import { type AgentClient, createAgentClient } from '../../../src/remote/agent-client.ts';
import { startHere } from '../../../src/remote/here.ts';
import type { Endpoint } from '../../../src/remote/protocol/wire.ts';
import { createTunnels, type Tunnel } from '../../../src/remote/tunnels.ts';
import type { Master } from '../../../src/ssh/master.ts';
import { createRunner } from '../../../src/ssh/runner.ts';

/** The real agent as a child process, and tunnels over its stdin and stdout. */
export interface AgentWay extends AsyncDisposable {
  readonly agent: AgentClient;
  readonly process: Master;
  readonly directory: string;
  /** A new local socket that leads to an endpoint of this machine. */
  leadTo(remote: Endpoint): Promise<Tunnel & { readonly socketPath: string }>;
}

export const startAgentWay = async (): Promise<AgentWay> => {
  const directory = await mkdtemp(join(tmpdir(), 'ph-way-'));
  const clock = systemClock;
  const runner = createRunner({ clock, logger: silentLogger, baseEnv: process.env });
  const master = startHere({ runner, clock, rememberedPython: undefined });
  const { stdin, stdout } = master;
  const agent = createAgentClient({
    ...{ stdin, stdout, clock, agentLine: agentLine(), contact: 'first' },
  });
  await agent.hello;
  const tunnels = createTunnels({ master, agent, clock, ways: 'agent-channel' });
  let made = 0;
  return {
    agent,
    process: master,
    directory,
    leadTo: async (remote) => {
      const socketPath = join(directory, `${++made}.sock`);
      const { signal } = new AbortController();
      return { ...(await tunnels.open({ remote, socketPath, signal })), socketPath };
    },
    [Symbol.asyncDispose]: async () => {
      tunnels.close();
      await master.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

import { HERE, isHere } from '../../../remote/here.ts';
import { storagesOf } from '../../../session/candidates.ts';
import { listAgentKeys } from '../../../ssh/agent-keys.ts';
import { lookAtKey } from '../../../ssh/key-file.ts';
import { resolveHost } from '../../../ssh/resolve-host.ts';
import type { Resolved } from '../../api/schema/local.ts';
import type { Desk } from '../desk.ts';
import type { ApiHandlers } from '../handlers.ts';
import { listHosts } from '../local/hosts.ts';
import { describeKey, listKeys } from '../local/key-dto.ts';
import { lookInteraction } from '../retry-interaction.ts';
import { routeOf } from '../session-dto.ts';
import { expandHome, toSshTarget } from '../ssh-target.ts';
import { ApiError } from '../to-failure.ts';

type LocalRoutes = Pick<
  ApiHandlers,
  | 'GET /api/hosts'
  | 'POST /api/hosts/resolve'
  | 'GET /api/keys'
  | 'POST /api/keys/check'
  | 'GET /api/agent'
  | 'POST /api/here/look'
>;

const LOOK_TIMEOUT_MS = 30_000;

/** What this machine knows: its ssh config, keys and agent, and its own storage. */
export const localRoutes = (desk: Desk): LocalRoutes => {
  const { machine, context, saved, hub, prompts } = desk;
  const { home } = machine;
  const { runner, ssh } = context.connecting;
  return {
    'GET /api/hosts': () => listHosts({ home, store: context.store, saved: saved.list() }),
    'POST /api/hosts/resolve': async ({ body, signal }) => {
      const target = toSshTarget(body.target, home);
      if (isHere(target)) throw noServer();
      const resolved = await resolveHost({ runner, ssh: await ssh(), target, signal });
      const route = routeOf(resolved);
      if (route === null) throw noServer();
      const identityFiles = await Promise.all(
        resolved.identityFiles.map((path) => identityFile(path, home)),
      );
      return { host: target.host, ...route, identityFiles };
    },
    'GET /api/keys': () => listKeys(home),
    'POST /api/keys/check': ({ body }) => describeKey(body.path, home),
    'GET /api/agent': async () => {
      const found = await listAgentKeys(runner, desk.sshEnvironment());
      return found.state === 'running'
        ? { state: 'running', keys: [...found.keys], reason: null }
        : { state: 'none', keys: [], reason: found.reason };
    },
    'POST /api/here/look': async ({ signal }) => {
      const wish = { target: HERE, sshEnvironment: {}, timeoutMs: LOOK_TIMEOUT_MS };
      const probe = await hub.probe(wish, lookInteraction(prompts), signal);
      const { hostname, user, home: place } = probe.host;
      const storageRoots = [...storagesOf(probe)];
      return { hostname, user, home: place, storageRoots, gpus: probe.gpus };
    },
  };
};

const identityFile = async (
  path: string,
  home: string,
): Promise<Resolved['identityFiles'][number]> => {
  const { kind } = await lookAtKey(expandHome(path, home));
  return { path, exists: kind !== 'missing' };
};

const noServer = (): ApiError =>
  new ApiError(422, {
    code: 'bad-request',
    message: 'This machine is reached without ssh.',
    field: 'target.kind',
  });

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ApiAnswer,
  ApiBody,
  ApiParams,
  ApiRoute,
  FailureAnswer,
  JsonRoute,
} from '../../../src/hub/api/contract.ts';
import type { Lab } from '../../lab/lab.ts';
import type { RunningPorthole, Workplace } from '../workplace.ts';
import { type Follower, followEvents } from './follow-events.ts';

/** A dashboard that runs in a workplace, and a client of its API. */
export interface LabDashboard {
  readonly porthole: RunningPorthole;
  /** With its token. */
  readonly url: string;
  /** Calls a route, and fails unless it answers with success. */
  call<R extends JsonRoute>(route: R, input?: CallInput<R>): Promise<ApiAnswer<R>>;
  /** Calls a route that is to fail. */
  refused<R extends ApiRoute>(
    route: R,
    input?: { params?: Readonly<Record<string, string>>; body?: unknown },
  ): Promise<{ readonly status: number; readonly error: FailureAnswer['error'] }>;
  /** Sends whatever it is told to. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A page's view of the state, from the events. */
  follow(after?: string): Promise<Follower>;
}

interface CallInput<R extends ApiRoute> {
  readonly params?: ApiParams<R>;
  readonly body?: ApiBody<R>;
}

/**
 * An ssh that reads the lab's config: the dashboard has no `-F`. A later -F, as porthole's own commands
 * to a master have it, wins.
 */
export const makeSsh = async (place: Workplace, lab: Lab): Promise<string> => {
  const path = join(place.directory, `ssh-${lab.port}`);
  await writeFile(path, `#!/bin/sh\nexec ssh -F '${lab.configFile}' "$@"\n`, { mode: 0o755 });
  return path;
};

/** Starts `porthole viewer` as the hub, whose home names the lab's alias, and whose ssh reads its config. */
export const startDashboard = async (
  place: Workplace,
  lab: Lab,
  words: readonly string[] = [],
): Promise<LabDashboard> => {
  const home = join(place.directory, 'user');
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await writeFile(join(home, '.ssh', 'config'), `Include ${lab.configFile}\n`);
  place.watch(lab);
  const env = { PORTHOLE_SSH: await makeSsh(place, lab), HOME: home };
  const porthole = place.start(['viewer', '--no-open', ...words], env);
  return clientOf(porthole, await porthole.text('?token='));
};

const clientOf = (porthole: RunningPorthole, url: string): LabDashboard => {
  const { origin, searchParams } = new URL(url);
  const authorization = `Bearer ${searchParams.get('token')}`;
  const send = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, origin), {
      ...init,
      headers: { authorization, ...(init.headers as Record<string, string>) },
    });
  const request = (
    route: string,
    { params = {}, body }: { params?: object; body?: unknown } = {},
  ): Promise<Response> => {
    const [method = '', path = ''] = route.split(' ');
    const filled = Object.entries(params).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
      path,
    );
    const json = { 'content-type': 'application/json' };
    return send(filled, {
      method,
      ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }),
    });
  };
  return {
    porthole,
    url,
    fetch: send,
    call: async (route, input) => {
      const answer = await request(route, input);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${route}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    refused: async (route, input) => {
      const answer = await request(route, input);
      const text = await answer.text();
      if (answer.ok) throw new Error(`${route} was not refused: ${text}`);
      return { status: answer.status, error: (JSON.parse(text) as FailureAnswer).error };
    },
    follow: (after) => followEvents((path, init) => send(path, init), after),
  };
};

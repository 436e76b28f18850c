import { systemClock } from '../../src/core/clock.ts';
import { resolvePaths } from '../../src/core/paths.ts';
import { findHub } from '../../src/hub/client.ts';
import { controlSocketIn } from '../../src/hub/control-socket.ts';
import { type Lab, startLab } from '../../test/lab/lab.ts';
import type { RelayOptions } from '../../test/lab/relay.ts';
import type { Figure } from './figure.ts';
import { type OpenViewer, openByPorthole } from './open.ts';
import { TRIVIAL_ID } from './registry.ts';
import type { Stage } from './stage.ts';

export type Rows = readonly Omit<Figure, 'topic'>[];

/** A session over a link that can be cut. */
export interface OpenPlace {
  readonly lab: Lab;
  readonly viewer: OpenViewer;
  /** "Retry now", as a button gives it: resolves when it is taken. */
  readonly retry: () => Promise<unknown>;
}

/** Opens one, measures on it, and ends it with its server. */
export const withSession = async (
  stage: Stage,
  relay: RelayOptions,
  measure: (place: OpenPlace) => Promise<Rows>,
): Promise<Rows> => {
  const [program, venv] = await Promise.all([stage.program(), stage.venv('bare')]);
  await using lab = await startLab({ relay, keyExchange: 'usual' });
  const home = await stage.directory('home');
  const viewer = await openByPorthole({
    ...{ program, lab, home, viewer: TRIVIAL_ID },
    ...{ environment: venv.directory, storage: lab.home },
  });
  try {
    const env = { ...process.env, PORTHOLE_HOME: home };
    const { runtime } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
    const socketPath = controlSocketIn(runtime);
    const hub = await findHub({ socketPath, version: '', clock: systemClock });
    if (hub === undefined) throw new Error('The hub does not answer.');
    const retry = () => hub.call({ call: 'retry', params: { name: lab.alias } });
    return await measure({ lab, viewer, retry });
  } finally {
    lab.relay?.restore();
    await viewer.close();
  }
};

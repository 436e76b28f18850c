import { randomBytes } from 'node:crypto';
import type { OpenRequest } from '../../session/open-request.ts';
import type { SessionContext } from '../../session/open-session.ts';
import { VIEWERS } from '../../viewers/registry.ts';
import type { HubInfo, Snapshot } from '../api/schema/state.ts';
import type { Target } from '../api/schema/target.ts';
import type { Hub } from '../hub.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';
import type { Machine } from './machine.ts';
import { createOpenings, type Openings } from './openings.ts';
import { createPromptBoard, type PromptBoard } from './prompt-board.ts';
import { viewerOption } from './question-of.ts';
import { loadSavedConnections, type SavedConnections } from './saved-connections.ts';
import { iso } from './session-dto.ts';
import { followSessions, type SessionList } from './session-list.ts';
import { openSettings, type SettingsDesk } from './settings-desk.ts';
import { toSshTarget } from './ssh-target.ts';

/** All that stands behind the dashboard: what it shows, what it changes, and the changes as they come. */
export interface Desk {
  readonly hub: Hub;
  readonly context: SessionContext;
  readonly machine: Machine;
  readonly feed: EventFeed;
  /** All that there is, at this moment. */
  snapshot(): Snapshot;
  readonly sessions: SessionList;
  readonly openings: Openings;
  readonly prompts: PromptBoard;
  readonly saved: SavedConnections;
  readonly settings: SettingsDesk;
  /** Variables that ssh looks at, of the terminal that asked for the dashboard last. */
  sshEnvironment(): Readonly<Record<string, string>>;
  setSshEnvironment(env: Readonly<Record<string, string>>): void;
  /** Ends the hub. */
  readonly quit: () => void;
}

export interface DeskInput {
  readonly hub: Hub;
  readonly context: SessionContext;
  readonly machine: Machine;
  readonly sshEnvironment: Readonly<Record<string, string>>;
  /** Of the dashboard, once it is bound. */
  readonly port: () => number;
  readonly quit: () => void;
}

export const createDesk = async (input: DeskInput): Promise<Desk> => {
  const { hub, context, machine, port, quit } = input;
  const { clock, logger } = context;
  const startedAt = iso(clock.wallMs());
  let sshEnvironment = input.sshEnvironment;
  const contents = () => ({
    hub: hubInfo(machine, { port: port(), startedAt }),
    sessions: [...sessions.list()],
    openings: [...openings.list()],
    prompts: [...prompts.list()],
    saved: [...saved.list()],
    settings: settings.current(),
  });
  const feed = createEventFeed({ run: randomBytes(6).toString('hex'), contents });
  const { publish } = feed;
  const kept = { directory: machine.configDirectory, clock, logger, publish };
  const saved = await loadSavedConnections(kept);
  const settings = await openSettings(kept);
  const sessions = followSessions(hub, publish);
  const prompts = createPromptBoard({ clock, publish });
  const openings = createOpenings({ hub, prompts, clock, publish });
  return {
    ...{ hub, context, machine, feed, sessions, openings, prompts, saved, settings, quit },
    snapshot: () => ({ ...feed.position(), ...contents() }),
    sshEnvironment: () => sshEnvironment,
    setSshEnvironment: (env) => {
      sshEnvironment = env;
    },
  };
};

const hubInfo = (
  { version, pid, placement, hostname, user, home }: Machine,
  { port, startedAt }: { port: number; startedAt: string },
): HubInfo => ({
  ...{ version, pid, placement, startedAt, port, hostname, user, home },
  viewers: VIEWERS.map(viewerOption),
});

/** For the whole of opening, not counting time in which a person is asked. */
const OPEN_TIMEOUT_MS = 180_000;

/** What the wizard's words come to. @throws ApiError `invalid-host` */
export const requestFor = (
  { machine, settings, sshEnvironment }: Desk,
  target: Target,
  wish: Pick<
    OpenRequest,
    'viewer' | 'environment' | 'storage' | 'access' | 'localPort' | 'choice' | 'confirmation'
  >,
): OpenRequest => ({
  ...wish,
  target: toSshTarget(target, machine.home),
  sshEnvironment: target.kind === 'here' ? {} : { ...sshEnvironment() },
  command: null,
  adopt: null,
  auth: 'token',
  timeoutMs: OPEN_TIMEOUT_MS,
  graceS: settings.current().graceS,
});

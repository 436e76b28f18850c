import { posix } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/api/projects/';

/** Aim's UI, by its own option for a socket, read-only. */
export const aim: PackagedViewer = {
  comes: 'in-environment',
  id: 'aim',
  title: 'Aim',
  distributions: [{ distribution: 'aim', oldestVersion: '3.18.0' }],
  capability: 'may-write',
  notice: 'Aim brings its database up to date at the start and keeps an index beside it.',
  data: [{ kind: 'directory', name: '.aim' }],
  startedAs: {
    programs: ['aim', '-m aim'],
    commands: ['up'],
    options: ['--repo'],
    prefix: ['--base-path'],
  },
  takes: 'directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  slowStartS: 120,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    env: { AIM_UI_TELEMETRY_ENABLED: '0', __AIM_PROXY_URL__: null },
    searchFirst: posix.dirname(python),
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};

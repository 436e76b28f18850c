import { posix } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/health';

/** marimo's editor, on a socket that its server is handed. */
export const marimo: PackagedViewer = {
  comes: 'in-environment',
  id: 'marimo',
  title: 'marimo',
  distributions: [{ distribution: 'marimo', oldestVersion: '0.14.0' }],
  capability: 'executes-code',
  notice: 'marimo runs code on the server, with all the rights of your account there.',
  data: [{ kind: 'file', name: '*.py', contains: 'marimo.App(' }],
  startedAs: {
    programs: ['marimo', '-m marimo'],
    commands: ['edit', 'run'],
    word: true,
    prefix: ['--base-url'],
  },
  takes: 'file-or-directory',
  withoutStorage: 'home',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  slowStartS: 60,
  launch: ({ session, python, storage }) => ({
    ...launchServing({
      session,
      python,
      code: launcher,
      config: { storage, socket: '{socket}' },
    }),
    env: {},
    searchFirst: posix.dirname(python),
    endpoint: 'reported',
    healthPath: HEALTH_PATH,
  }),
};

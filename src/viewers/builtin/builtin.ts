import { archive } from 'virtual:packed-viewer';
import { version } from '../../../package.json';
import type { BundledViewer } from '../adapter.ts';
import { launchPython } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/api/health';

/**
 * The viewer that porthole brings along: it needs no environment, only the interpreter that runs the
 * agent. How its server is started is told in src/builtin/API.md, section "Start".
 */
export const builtin: BundledViewer = {
  comes: 'with-porthole',
  id: 'builtin',
  title: 'Bundled viewer',
  version,
  capability: 'reads',
  notice: undefined,
  data: [],
  takes: 'directory',
  listens: 'socket',
  healthPath: HEALTH_PATH,
  // As in first-requests.ts of its pages.
  firstRequests: ['/api/runs?limit=100&info=yes'],
  slowStartS: 5,
  launch: ({ session, python, storage, access }) => ({
    ...launchPython({
      session,
      python,
      // Of the standard library alone: site-packages would only cost time, and .pyc files are never left.
      flags: ['-I', '-S', '-B'],
      code: launcher,
      config: {
        archive,
        runtime: '{runtime}',
        settings: { socket: '{socket}', storage, manage: access === 'manage' },
      },
    }),
    env: {},
    endpoint: 'reported',
    listener: 'given',
    healthPath: HEALTH_PATH,
  }),
};

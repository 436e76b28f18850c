import { posix } from 'node:path';
import type { PackagedViewer } from '../adapter.ts';
import { launchServing } from '../python-launcher.ts';
import launcher from './launcher.py?raw';

const HEALTH_PATH = '/_stcore/health';

/** An app of the user's, run by Streamlit on a socket that its server is handed. */
export const streamlit: PackagedViewer = {
  comes: 'in-environment',
  id: 'streamlit',
  title: 'Streamlit',
  // The first that runs on uvicorn by itself.
  distributions: [{ distribution: 'streamlit', oldestVersion: '1.64.0' }],
  capability: 'executes-code',
  notice: 'Streamlit runs the app on the server, with all the rights of your account there.',
  data: [
    { kind: 'file', name: '*.py', contains: 'import streamlit' },
    { kind: 'file', name: '*.py', contains: 'from streamlit' },
  ],
  startedAs: {
    programs: ['streamlit', '-m streamlit'],
    commands: ['run'],
    word: true,
    prefix: ['--server.baseUrlPath'],
  },
  takes: 'file-or-directory',
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

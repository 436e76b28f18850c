import type { PackagedViewer, ViewerAdapter } from '../../src/viewers/adapter.ts';
import {
  PACKAGED_VIEWERS as USERS_PACKAGED_VIEWERS,
  VIEWERS as USERS_VIEWERS,
  viewerOf as usersViewerOf,
} from '../../src/viewers/registry.ts';
import { trivialViewer } from '../../test/lab/trivial-viewer/trivial-viewer.ts';

export { AUTO, RESERVED_IDS, takeInViewers } from '../../src/viewers/registry.ts';

export const TRIVIAL_ID = 'trivial';

/** A viewer that starts as fast as Python does; it is taken to be in every environment that has pip. */
const trivial: PackagedViewer = {
  comes: 'in-environment',
  // Known to the bench's build only.
  id: TRIVIAL_ID,
  title: 'Trivial viewer',
  distributions: [{ distribution: 'pip', oldestVersion: '1' }],
  capability: 'reads',
  notice: undefined,
  data: [],
  takes: 'directory',
  listens: 'socket',
  healthPath: '/api/health',
  slowStartS: 5,
  launch: ({ session, python }) => trivialViewer({ session, python }),
};

/** As the users' registry, with the trivial viewer. */
export const PACKAGED_VIEWERS: readonly PackagedViewer[] = [...USERS_PACKAGED_VIEWERS, trivial];

/** As the users' registry, with the trivial viewer. */
export const VIEWERS: readonly ViewerAdapter[] = [...USERS_VIEWERS, trivial];

export const viewerOf = (id: string): ViewerAdapter =>
  id === TRIVIAL_ID ? trivial : usersViewerOf(id);

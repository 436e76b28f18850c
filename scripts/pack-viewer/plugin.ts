import { join } from 'node:path';
import type { Plugin } from 'vite';
import { packViewer, VIEWER_SOURCE, viewerSources } from './pack-viewer.ts';

const NAME = 'virtual:packed-viewer';
const ID = `\0${NAME}`;

/** Gives `virtual:packed-viewer`: the bundled viewer's archive as base64, made while porthole is built. */
export const packedViewer: Plugin = {
  name: 'packed-viewer',
  resolveId: (source) => (source === NAME ? ID : undefined),
  load: async function (id) {
    if (id !== ID) return undefined;
    for (const path of Object.keys(viewerSources())) this.addWatchFile(join(VIEWER_SOURCE, path));
    return `export const archive = '${(await packViewer()).toString('base64')}';`;
  },
};

import '../kit/theme/theme.ts';
import { render } from 'preact';
import { address } from '../kit/location.ts';
import { painted } from '../kit/painted.ts';
import { App } from './app.tsx';
import { pageAt } from './pages.tsx';
import { loadServer, server } from './server.ts';

/** What takes longer is waited for in sight. */
const PATIENCE_MS = 100;

/** A page that is drawn empty, and again when its data is there, takes twice as long to be of use. */
const firstData = (): Promise<unknown> => {
  // After a failure the page asks again, and says what is wrong.
  const data = pageAt(address.peek())
    ?.bring?.()
    .catch(() => undefined);
  return Promise.race([data, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
};

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app');
void firstData().then(async () => {
  render(<App />, root);
  // The first screen brings it along where it can, but may have been asked for a while before: the time is now.
  if (server.peek().kind === 'known') await painted();
  await loadServer();
});

import type { FunctionComponent } from 'preact';
import type { Address } from '../kit/address.ts';
import type { IconName } from '../kit/icon.tsx';
import { ArtifactsPage } from './artifacts/artifacts-page.tsx';
import { ComparePage } from './compare/compare-page.tsx';
import { artifactsHref, runsHref, systemHref } from './places.ts';
import { RunPage } from './run/run-page.tsx';
import { bringFirstRuns } from './runs/runs-feed.ts';
import { RunsPage } from './runs/runs-page.tsx';
import { SystemPage } from './system/system-page.tsx';

/** A page, by the first word of its address. */
interface Page {
  readonly word: string;
  readonly component: FunctionComponent;
  /** Brings what its first screen shows. */
  readonly bring?: () => Promise<void>;
  /** Of a page that stands in the bar at the top. */
  readonly link?: {
    readonly label: string;
    readonly icon: IconName;
    readonly href: () => string;
    readonly keys: string;
  };
  /** Pages that lie below another show that one as current. */
  readonly below?: string;
}

/** All pages of the viewer, in the order of the bar. */
export const PAGES: readonly Page[] = [
  {
    word: 'runs',
    component: RunsPage,
    bring: bringFirstRuns,
    link: { label: 'Runs', icon: 'list', href: runsHref, keys: 'g r' },
  },
  {
    word: 'run',
    component: RunPage,
    below: 'runs',
  },
  {
    word: 'compare',
    component: ComparePage,
    below: 'runs',
  },
  {
    word: 'artifacts',
    component: ArtifactsPage,
    link: { label: 'Artifacts', icon: 'box', href: artifactsHref, keys: 'g a' },
  },
  {
    word: 'system',
    component: SystemPage,
    link: { label: 'System', icon: 'cpu', href: systemHref, keys: 'g s' },
  },
];

/** The page of an address; undefined where there is none. Without a word it is the runs. */
export const pageAt = ({ path: [word = 'runs'] }: Address): Page | undefined =>
  PAGES.find((page) => page.word === word);

import type { HubPlacement } from '../messages.ts';

/** What the dashboard knows of the process and the machine that it runs on. */
export interface Machine {
  readonly version: string;
  readonly pid: number;
  readonly uid: number;
  readonly placement: HubPlacement;
  /** Version of Node. */
  readonly node: string;
  readonly platform: string;
  readonly hostname: string;
  readonly user: string;
  readonly home: string;
  /** Where settings and saved connections are kept. */
  readonly configDirectory: string;
  /** The built pages. */
  readonly pages: string;
}

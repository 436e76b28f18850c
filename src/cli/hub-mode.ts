import { closeSync, writeSync } from 'node:fs';
import { exitCodeOf, type PortholeError, toPortholeError } from '../core/errors.ts';
import { startReport } from '../hub/background-hub.ts';
import { endOfHub, type HubEnd } from '../hub/end-of-hub.ts';
import type { ServedHub } from '../hub/serve-hub.ts';
import { compose } from './compose.ts';
import type { CliEnvironment } from './environment.ts';

/** Where the process that started this one waits for the report. */
const REPORT_DESCRIPTOR = 3;

/**
 * The hidden mode in which porthole stays in the background as the hub: it reports whether it listens,
 * and ends with its last session.
 *
 * @returns the exit code
 */
export const runHubMode = async (cli: CliEnvironment): Promise<number> => {
  const { hubOrClient, clock } = compose(cli, 'info');
  try {
    const role = await hubOrClient('background');
    // Another one was faster: it is as good.
    if (role.kind === 'client') return report();
    const stopped = new AbortController();
    cli.onSignal((signal) => {
      // No terminal is ours: one that closes changes nothing.
      if (signal !== 'SIGHUP') stopped.abort();
    });
    logCrashes(role.hub, cli);
    report();
    const { signal } = stopped;
    const end = await endOfHub({ hub: role.hub, signal, clock, unused: 'end' });
    await role.hub.close(REASONS[end]);
    return 0;
  } catch (thrown) {
    return report(toPortholeError(thrown));
  }
};

const REASONS: Readonly<Record<HubEnd, string>> = {
  idle: 'nothing is open any more',
  asked: 'stopped by porthole stop',
  interrupted: 'stopped by a signal',
  unused: 'nothing was opened',
  evicted: 'its directory was removed',
};

const report = (error?: PortholeError): number => {
  try {
    writeSync(REPORT_DESCRIPTOR, startReport(error));
    closeSync(REPORT_DESCRIPTOR);
  } catch {
    // Whoever started this has been killed meanwhile, or has got its report.
  }
  return error === undefined ? 0 : exitCodeOf(error.code);
};

/** There is no terminal to tell of a bug on. What is open on the servers ends when its lease runs out. */
const logCrashes = ({ logger }: ServedHub, cli: CliEnvironment): void => {
  cli.onCrash((error) => {
    logger.error(`Unexpected failure in porthole: ${error.stack ?? error.message}`);
  });
};

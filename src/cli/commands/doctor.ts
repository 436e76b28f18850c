import { rmdir } from 'node:fs/promises';
import { PortholeError } from '../../core/errors.ts';
import type { HubFacts } from '../../session/doctor/bench.ts';
import type { CheckResult } from '../../session/doctor/report.ts';
import { runDoctor } from '../../session/doctor/run-doctor.ts';
import type { CATALOGUE } from '../catalogue.ts';
import type { CommandRun } from '../command.ts';
import { type Composition, compose } from '../compose.ts';
import { createDoctorOutput } from '../doctor-output.ts';
import { terminalInteraction } from '../interaction.ts';
import { interruptible } from '../interruptible.ts';
import { visitWishOf } from '../visit.ts';

/** `porthole doctor HOST`. Needs no hub, so that it tells of one that hangs. */
export const doctor: CommandRun<typeof CATALOGUE.doctor> = async (cli, { flags, words }) => {
  const wish = visitWishOf(cli, words.host, flags);
  const { terminal, version, platform, uid } = cli;
  const output = createDoctorOutput(terminal, flags.json ? 'json' : 'text');
  const composition = compose(cli, flags.verbose ? 'debug' : 'info');
  const { context, close } = composition.connecting();
  const summary = await interruptible(cli, async (signal, onInterrupt) => {
    const { prompter } = terminalInteraction({
      ...{ terminal, onInterrupt },
      ...{ report: () => undefined, asks: 'nobody' },
    });
    try {
      return await runDoctor({
        ...{ wish, context, prompter, signal, report: output.report },
        here: { version, node: process.versions.node, platform, uid },
        hub: () => lookForHub(composition),
      });
    } finally {
      await close();
      // Not where a hub, or another command, has something in it.
      await rmdir(context.runtimeDirectory).catch(() => undefined);
      output.close();
    }
  });
  if (summary.failed !== null) throw failure(summary.failed, summary.host, flags.json);
};

const lookForHub = async (composition: Composition): Promise<HubFacts> => {
  try {
    const client = await composition.runningHub();
    if (client === undefined) return { kind: 'none' };
    const { pid, version, placement } = client.hello;
    const where = placement === 'background' ? 'in the background' : 'in a terminal';
    return { kind: 'running', words: `process ${pid}, version ${version}, ${where}` };
  } catch (error) {
    return { kind: 'failed', error };
  }
};

/** The exit code is that of the failure; people have read it above. */
const failure = (
  { code, title, cause, remedy }: CheckResult,
  host: string,
  isJson: boolean,
): PortholeError =>
  new PortholeError({
    code: code ?? 'internal',
    message: isJson ? (cause ?? title) : `${host} does not open: ${title}, see above.`,
    ...(isJson && remedy !== null ? { hint: remedy } : {}),
  });

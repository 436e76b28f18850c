import { PortholeError, toPortholeError } from '../../../core/errors.ts';
import type { CheckId } from '../../../session/doctor/report.ts';
import { runDoctor } from '../../../session/doctor/run-doctor.ts';
import type { DoctorLine } from '../../api/schema/doctor.ts';
import type { Desk } from '../desk.ts';
import { doctorLineOf } from '../doctor-line.ts';
import type { ApiHandlers } from '../handlers.ts';
import { toSshTarget } from '../ssh-target.ts';
import { toFailure } from '../to-failure.ts';

type DoctorRoutes = Pick<ApiHandlers, 'POST /api/doctor'>;

/** What one look at a server may take in all, but for the time in which a person is asked. */
const TIMEOUT_MS = 60_000;

/** `porthole doctor`, over the API; it ends when its reader goes. */
export const doctorRoutes = (desk: Desk): DoctorRoutes => {
  const { machine, context, prompts } = desk;
  let last = 0;
  return {
    'POST /api/doctor': async ({ body, signal }, open) => {
      const target = toSshTarget(body.target, machine.home);
      const ended = new AbortController();
      const end = () =>
        ended.abort(new PortholeError({ code: 'interrupted', message: 'Nobody looks any more.' }));
      signal.addEventListener('abort', end, { once: true });
      const doctor = `d-${++last}`;
      const stream = open();
      const tell = (line: DoctorLine) => stream.send(line);
      const titles = new Map<CheckId, string>();
      tell({ kind: 'started', doctor });
      const { version, node, platform, uid, pid } = machine;
      try {
        await runDoctor({
          wish: { target, sshEnvironment: { ...desk.sshEnvironment() }, timeoutMs: TIMEOUT_MS },
          context: context.connecting,
          here: { version, node, platform, uid },
          hub: async () => ({
            kind: 'running',
            words: `process ${pid}, version ${version}, which serves this page`,
          }),
          prompter: prompts.prompterFor({ kind: 'doctor', doctor }),
          signal: ended.signal,
          report: (event) => {
            if (event.type === 'check') titles.set(event.check, event.title);
            tell(doctorLineOf(event, titles));
          },
        });
      } catch (thrown) {
        tell({ kind: 'broke-off', failure: toFailure(toPortholeError(thrown)) });
      } finally {
        stream.end();
      }
    },
  };
};

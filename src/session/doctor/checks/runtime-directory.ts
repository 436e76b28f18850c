import type { Diagnosis } from '../../../remote/protocol/diagnosis.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../report.ts';

type Bases = Diagnosis['bases'];

/** Where the private directory of a session lies on the server: tried, not assumed. */
export const runtimeDirectory = defineCheck<Bases>({
  id: 'runtime-directory',
  title: 'runtime directory',
  needs: ['python'],
  byHand: (bench) =>
    bench.sshLine([], 'id -u; df -h /tmp /var/tmp /dev/shm; ls -ld /tmp /tmp/porthole-*'),
  look: async (bench) => (await bench.diagnosis()).bases,
  judge: (bases) => judgeBases(bases),
});

/** Below this a viewer that writes a cache or a log may fill it. */
const LITTLE_BYTES = 20 * 1024 * 1024;

export const judgeBases = (bases: Bases): Finding => {
  const trap = bases.find((base) => base.trap);
  // `open` does not go around what somebody may have laid on purpose.
  if (trap !== undefined) {
    return {
      verdict: 'failed',
      code: 'runtime-directory',
      cause: `${trap.problem}.`,
      remedy:
        'Remove what lies there, if it is yours; what belongs to another user only the administrator can.',
    };
  }
  const chosen = bases.find(({ problem }) => problem === null);
  const problems = bases.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  if (chosen === undefined) {
    return {
      verdict: 'failed',
      code: 'runtime-directory',
      cause: `No private directory can be made on the server: ${problems.join('; ')}.`,
      remedy: 'Free some space in one of these places, or have it made writable.',
    };
  }
  const free = chosen.freeBytes === null ? '' : `, ${sizeOf(chosen.freeBytes)} free`;
  const noexec = chosen.noexec ? ', noexec, which does not matter' : '';
  const fact = `in ${chosen.path} (mode ${chosen.mode ?? '?'}${free}${noexec})`;
  const before = bases.slice(0, bases.indexOf(chosen));
  if (before.length > 0) {
    return {
      verdict: 'warning',
      fact,
      cause: `Not in the place that comes first: ${before.map(({ problem }) => problem).join('; ')}.`,
      remedy: 'porthole goes by another place; programs there that need the first one may fail.',
    };
  }
  if (chosen.freeBytes !== null && chosen.freeBytes < LITTLE_BYTES) {
    return {
      verdict: 'warning',
      fact,
      cause: `There are only ${sizeOf(chosen.freeBytes)} left in ${chosen.path}.`,
      remedy: 'Free some space there.',
    };
  }
  return { verdict: 'ok', fact };
};

const sizeOf = (bytes: number): string => {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
};

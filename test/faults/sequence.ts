import { createRandom, type Random } from './random.ts';

/** A process of a session, here or on the server. */
export const ACTORS = ['hub', 'master', 'agent', 'watchdog', 'viewer'] as const;
export type Actor = (typeof ACTORS)[number];

/** One thing that goes wrong, or that somebody does. */
export type Fault =
  | { readonly kind: 'kill'; readonly actor: Actor }
  /** SIGSTOP, and SIGCONT after so long. */
  | { readonly kind: 'freeze'; readonly actor: Actor; readonly ms: number }
  /** `cut` resets every connection, `black-hole` only swallows what is sent. */
  | { readonly kind: 'outage'; readonly how: 'cut' | 'black-hole'; readonly ms: number }
  | { readonly kind: 'slow-link'; readonly delayMs: number; readonly ms: number }
  /** One direction of every connection is over; nothing tells the other side. */
  | { readonly kind: 'half-close'; readonly deaf: 'here' | 'server' }
  /** What is connected carries nothing any more; new connections do. */
  | { readonly kind: 'strand' }
  | { readonly kind: 'restart-sshd' }
  /** This machine's wall clock jumps, as after sleep or by a correction. */
  | { readonly kind: 'clock-jump'; readonly hours: number }
  /** No file of ours can grow on the server. */
  | { readonly kind: 'disk-full'; readonly ms: number }
  /** A second `open` of the same host while the first runs. */
  | { readonly kind: 'second-open' }
  /** The same by another hub, as from another machine. */
  | { readonly kind: 'second-hub' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'pause'; readonly ms: number };

/** How the user, or fate, ends it. */
export const ENDINGS = ['stop', 'stop-all', 'interrupt', 'terminate', 'kill-hub'] as const;
export type Ending = (typeof ENDINGS)[number];

/** What happens to one session from its start to its end; all of it follows from the seed. */
export interface Sequence {
  readonly seed: number;
  readonly viewer: 'builtin' | 'runicorn';
  /** When the first fault comes: while it opens, so long after its start, or once it is ready. */
  readonly begin:
    | { readonly kind: 'opening'; readonly afterMs: number }
    | { readonly kind: 'ready' };
  readonly faults: readonly Fault[];
  readonly ending: Ending;
  /** Whether the ending comes before what went wrong is right again. */
  readonly endsWhile: 'broken' | 'healed';
}

const MAX_FAULTS = 4;

/** The sequence of a seed. */
export const sequenceOf = (seed: number): Sequence => {
  const random = createRandom(seed);
  return {
    seed,
    // The bundled viewer starts in no time, and its storage must not change by a byte.
    viewer: random.below(5) === 0 ? 'runicorn' : 'builtin',
    begin:
      random.below(3) === 0 ? { kind: 'opening', afterMs: random.below(900) } : { kind: 'ready' },
    faults: Array.from({ length: 1 + random.below(MAX_FAULTS) }, () => faultOf(random)),
    ending: random.pick(ENDINGS),
    endsWhile: random.below(3) === 0 ? 'broken' : 'healed',
  };
};

const faultOf = (random: Random): Fault => {
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'kill', actor: random.pick(ACTORS) };
    case 3:
      return { kind: 'freeze', actor: random.pick(ACTORS), ms: 100 + random.below(1500) };
    case 4:
    case 5:
      return {
        kind: 'outage',
        how: random.pick(['cut', 'black-hole']),
        ms: 50 + random.below(1500),
      };
    case 6:
      return { kind: 'slow-link', delayMs: random.below(300), ms: 100 + random.below(700) };
    case 7:
      return { kind: 'restart-sshd' };
    case 8:
      return { kind: random.pick(['second-open', 'retry']) };
    case 9:
      return random.below(3) === 0
        ? { kind: 'strand' }
        : { kind: 'half-close', deaf: random.pick(['here', 'server']) };
    case 10:
      return { kind: 'clock-jump', hours: random.pick([1, -1, 24]) };
    case 11:
      return { kind: 'disk-full', ms: 100 + random.below(1500) };
    case 12:
      return { kind: 'second-hub' };
    default:
      return { kind: 'pause', ms: random.below(800) };
  }
};

/** A sequence in one line, for people. */
export const describeSequence = (sequence: Sequence): string => {
  const { viewer, begin, faults, ending, endsWhile } = sequence;
  const first = `${viewer} ${begin.kind === 'ready' ? 'ready' : `opening for ${begin.afterMs} ms`}`;
  return [first, ...faults.map(describeFault), `${ending} while ${endsWhile}`].join(', ');
};

const describeFault = (fault: Fault): string => {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.actor}`;
    case 'freeze':
      return `freeze ${fault.actor} ${fault.ms} ms`;
    case 'outage':
      return `${fault.how} ${fault.ms} ms`;
    case 'slow-link':
      return `link +${fault.delayMs} ms for ${fault.ms} ms`;
    case 'half-close':
      return `half-close, ${fault.deaf} deaf`;
    case 'clock-jump':
      return `clock ${fault.hours > 0 ? '+' : ''}${fault.hours} h`;
    case 'disk-full':
      return `disk full ${fault.ms} ms`;
    case 'pause':
      return `pause ${fault.ms} ms`;
    default:
      return fault.kind;
  }
};

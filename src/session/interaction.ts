import type { ProbeResult, RunningViewer } from '../remote/protocol/probe.ts';
import type { Prompter } from '../ssh/askpass/prompt.ts';
import type { Requirement, ViewerAdapter, ViewerCapability, ViewerId } from '../viewers/adapter.ts';

/** The steps of opening a session that people and scripts see. */
export type OpenStep = 'connect' | 'probe' | 'launch' | 'forward';

/** Progress of opening a session. */
export type OpenEvent =
  | { readonly type: 'step'; readonly step: OpenStep; readonly status: 'start' }
  | {
      readonly type: 'step';
      readonly step: OpenStep;
      readonly status: 'done';
      readonly ms: number;
      readonly detail: string;
    }
  /** Something that the user should know before or while the viewer runs. */
  | { readonly type: 'note'; readonly text: string };

/** A viewer that may be chosen, and where it can run. */
export interface ViewerOption {
  readonly id: ViewerId;
  readonly title: string;
  /** `with-porthole`: it needs no environment. */
  readonly comes: ViewerAdapter['comes'];
  readonly capability: ViewerCapability;
  /** What it may do besides reading, in a sentence; null where nothing. */
  readonly notice: string | null;
  /** The packages any one of which an environment must have. */
  readonly distributions: readonly Requirement[];
  /** The environments that can run it, by their interpreters, best first. */
  readonly candidates: readonly { readonly python: string; readonly version: string }[];
  /** Why the first of them goes before the others, in words that follow its name; null where there is none. */
  readonly reason: string | null;
}

/** What is put before the user when the choice is theirs: all that is needed to ask it. */
export interface PlanQuestion {
  readonly host: string;
  readonly probe: ProbeResult;
  /** Those to choose from, best first; one alone where the request says which. */
  readonly viewers: readonly ViewerOption[];
  /** Those that run already and may be taken instead. */
  readonly running: readonly RunningViewer[];
  /** What porthole would take by itself. */
  readonly suggestion: {
    readonly viewer: ViewerId;
    /**
     * Interpreter of the environment: unlike name and prefix, it has no other's; null where the viewer
     * needs no environment.
     */
    readonly python: string | null;
    /** null where the environment decides. */
    readonly storage: string | null;
    /** Why this one, in words that follow its name; null where nothing can run the viewer. */
    readonly reason: string | null;
  };
}

/** The user's choice: a viewer to start, or one that runs already. */
export type PlanAnswer = LaunchAnswer | AdoptAnswer;

export interface AdoptAnswer {
  /** Pid of one that the probe found running. */
  readonly adopt: number;
  /** What a later look at the server found, where the choice is out of that. */
  readonly probe?: ProbeResult;
}

export interface LaunchAnswer {
  /** One of those in the question. */
  readonly viewer: ViewerId;
  /** Interpreter of the environment; null where the viewer needs none. */
  readonly python: string | null;
  readonly storage: string;
  /** What a later look at the server found, where the choice is out of that. */
  readonly probe?: ProbeResult;
}

/** What is shown before the first start of a plan on a host. */
export interface PlanSummary {
  readonly host: string;
  /** The user's home on the server. */
  readonly home: string;
  /** null for a viewer that needs none. */
  readonly environment: { readonly name: string; readonly prefix: string } | null;
  readonly viewer: string;
  readonly viewerVersion: string;
  readonly storage: string;
  /** What the viewer may do there besides reading, where that is to be agreed to; null where nothing. */
  readonly notice: string | null;
  /** Runs found there; null where they were not counted. */
  readonly runs: number | null;
  /** Why this environment; null where the user named it. */
  readonly reason: string | null;
}

/** Whoever asked for a session: a terminal, a script, or a client of the hub. */
export interface Interaction {
  /** Answers ssh's questions. */
  readonly prompter: Prompter;
  /** Asks for a choice; undefined where nobody can be asked. */
  readonly choose:
    | ((question: PlanQuestion, signal: AbortSignal) => Promise<PlanAnswer>)
    | undefined;
  /** Asks whether to start; undefined where nobody can be asked. */
  readonly confirm:
    | ((summary: PlanSummary, signal: AbortSignal) => Promise<'start' | 'cancel'>)
    | undefined;
  report(event: OpenEvent): void;
}

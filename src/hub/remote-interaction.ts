import * as z from 'zod';
import { PortholeError } from '../core/errors.ts';
import type { Logger, LogLevel } from '../core/logger.ts';
import { probeResultSchema, runningViewerSchema } from '../remote/protocol/probe.ts';
import type { Interaction, OpenEvent } from '../session/interaction.ts';
import type { PromptAnswer } from '../ssh/askpass/prompt.ts';
import type { CallContext } from './control-server.ts';

/** Questions and events of an interaction, as they pass over the control socket. */
const promptSchema = z.object({
  id: z.string(),
  kind: z.enum(['host-key', 'password', 'passphrase', 'code', 'confirmation', 'notice', 'text']),
  text: z.string(),
  host: z.string(),
  echo: z.enum(['shown', 'hidden']),
});

const viewerOptionSchema = z.object({
  id: z.string(),
  title: z.string(),
  comes: z.enum(['in-environment', 'with-porthole']),
  capability: z.enum(['reads', 'may-write', 'executes-code']),
  notice: z.string().nullable(),
  distributions: z.array(z.object({ distribution: z.string(), oldestVersion: z.string() })),
  candidates: z.array(z.object({ python: z.string(), version: z.string() })),
  reason: z.string().nullable(),
});

const planQuestionSchema = z.object({
  host: z.string(),
  probe: probeResultSchema,
  viewers: z.array(viewerOptionSchema).max(256),
  running: z.array(runningViewerSchema).max(64),
  suggestion: z.object({
    viewer: z.string(),
    python: z.string().nullable(),
    storage: z.string().nullable(),
    reason: z.string().nullable(),
  }),
});

const planSummarySchema = z.object({
  host: z.string(),
  home: z.string(),
  environment: z.object({ name: z.string(), prefix: z.string() }).nullable(),
  viewer: z.string(),
  viewerVersion: z.string(),
  storage: z.string(),
  notice: z.string().nullable(),
  runs: z.number().nullable(),
  reason: z.string().nullable(),
});

const questionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('prompt'), prompt: promptSchema }),
  z.object({ kind: z.literal('choose'), question: planQuestionSchema }),
  z.object({ kind: z.literal('confirm'), summary: planSummarySchema }),
]);

const promptAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), text: z.string().max(64 * 1024) }),
  z.object({ kind: z.literal('refuse'), reason: z.enum(['user', 'unavailable']) }),
]);
const planAnswerSchema = z.union([
  z.object({ viewer: z.string(), python: z.string().nullable(), storage: z.string() }),
  z.object({ adopt: z.number().int() }),
]);
const confirmAnswerSchema = z.enum(['start', 'cancel']);

const stepSchema = z.enum(['connect', 'probe', 'launch', 'forward']);
const openEventSchema = z.union([
  z.object({ type: z.literal('step'), step: stepSchema, status: z.literal('start') }),
  z.object({
    type: z.literal('step'),
    step: stepSchema,
    status: z.literal('done'),
    ms: z.number(),
    detail: z.string(),
  }),
  z.object({ type: z.literal('note'), text: z.string() }),
]);

const logLevelSchema = z.enum(['debug', 'info', 'warn', 'error']);
const logEventSchema = z.object({
  type: z.literal('log'),
  level: logLevelSchema,
  text: z.string().max(64 * 1024),
});

/** A line of the hub's log, as it travels to a client. */
export const logEvent = (level: LogLevel, text: string): z.infer<typeof logEventSchema> => ({
  type: 'log',
  level,
  text: text.slice(0, 64 * 1024),
});

/** At the hub: an interaction with the user of the client that called. */
export const interactionOver = (call: CallContext, asks: 'person' | 'nobody'): Interaction => ({
  report: (event) => call.event(event),
  prompter: async (prompt, signal): Promise<PromptAnswer> =>
    promptAnswerSchema.parse(await call.ask({ kind: 'prompt', prompt }, signal)),
  choose:
    asks === 'nobody'
      ? undefined
      : async (question, signal) =>
          planAnswerSchema.parse(await call.ask({ kind: 'choose', question }, signal)),
  confirm:
    asks === 'nobody'
      ? undefined
      : async (summary, signal) =>
          confirmAnswerSchema.parse(await call.ask({ kind: 'confirm', summary }, signal)),
});

/** At the client: hands the hub's questions, events and log lines to this terminal. */
export const relayTo = (interaction: Interaction, logger: Logger) => ({
  event: (event: unknown): void => {
    const line = logEventSchema.safeParse(event);
    if (line.success) {
      logger[line.data.level](line.data.text);
      return;
    }
    const known = openEventSchema.safeParse(event);
    if (known.success) interaction.report(known.data satisfies OpenEvent);
  },
  ask: async (question: unknown, signal: AbortSignal): Promise<unknown> => {
    const asked = questionSchema.parse(question);
    switch (asked.kind) {
      case 'prompt':
        return interaction.prompter(asked.prompt, signal);
      case 'choose':
        if (interaction.choose === undefined) throw nobodyHere();
        return interaction.choose(asked.question, signal);
      case 'confirm':
        if (interaction.confirm === undefined) throw nobodyHere();
        return interaction.confirm(asked.summary, signal);
      default:
        return asked satisfies never;
    }
  },
});

const nobodyHere = (): PortholeError =>
  new PortholeError({ code: 'internal', message: 'The hub asked where nobody can be asked.' });

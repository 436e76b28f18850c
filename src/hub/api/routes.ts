import * as z from 'zod';
import type { RouteWords } from './route.ts';
import { checkedPathSchema, directorySchema, pathWishSchema } from './schema/directory.ts';
import { doctorLineSchema, doctorWishSchema } from './schema/doctor.ts';
import {
  agentSchema,
  hereSchema,
  hostListSchema,
  keyFileSchema,
  keyListSchema,
  resolvedSchema,
} from './schema/local.ts';
import { choiceSchema, openingWishSchema } from './schema/opening.ts';
import { promptAnswerSchema } from './schema/prompt.ts';
import { questionSchema } from './schema/question.ts';
import { savedSchema, savedWishSchema } from './schema/saved.ts';
import { settingsChangeSchema, settingsSchema } from './schema/settings.ts';
import { changeEventSchema, logChunkSchema, snapshotSchema } from './schema/state.ts';
import { targetSchema } from './schema/target.ts';

const urlAnswer = z.object({ url: z.string() });
const stoppedAnswer = z.object({ stopped: z.array(z.string()) });
const openingAnswer = z.object({ opening: z.string() });

/**
 * Every route, by method and path. A name in braces is one path segment, percent-encoded. Answers of 400
 * and more have the body `failureAnswerSchema`.
 */
export const ROUTES = {
  'GET /api/openapi.json': { summary: 'This API as an OpenAPI 3.1 document.', answer: z.unknown() },
  'GET /api/state': { summary: 'All that the page shows, at one moment.', answer: snapshotSchema },
  'GET /api/events': {
    summary:
      'Event `snapshot` first (data: Snapshot), then an event `change` for each change (data: ChangeEvent). The ids are `RUN.INDEX`: with the last one, as Last-Event-ID or `after`, only what was missed comes, or a snapshot where that is not known any more.',
    query: z.object({ after: z.string().max(100).optional() }),
    form: 'events',
    answer: z.union([snapshotSchema, changeEventSchema]),
  },

  'GET /api/hosts': { summary: 'Hosts for the Connect field, best first.', answer: hostListSchema },
  'POST /api/hosts/resolve': {
    summary: 'What `ssh -G` makes of a target. Contacts nobody.',
    body: z.strictObject({ target: targetSchema }),
    answer: resolvedSchema,
  },
  'GET /api/keys': { summary: 'The private keys in ~/.ssh.', answer: keyListSchema },
  'POST /api/keys/check': {
    summary: 'What a file of this machine is as a key; never what is in it.',
    body: pathWishSchema,
    answer: keyFileSchema,
  },
  'GET /api/agent': { summary: 'The keys that the ssh agent holds.', answer: agentSchema },
  'POST /api/here/look': {
    summary: "This machine's own storage roots, looked for now.",
    answer: hereSchema,
  },

  'POST /api/openings': {
    summary: 'Begins to open; what becomes of it is told by the events.',
    body: openingWishSchema,
    status: 201,
    answer: openingAnswer,
  },
  'GET /api/openings/{opening}/question': {
    summary: 'What there is to choose from, while its phase is `choosing`.',
    answer: questionSchema,
  },
  'POST /api/openings/{opening}/refresh': {
    summary: 'Looks at the server again, over the connection that stands.',
    status: 202,
  },
  'POST /api/openings/{opening}/list': {
    summary: 'The directories in a directory of the server, while it is `choosing`.',
    body: pathWishSchema,
    answer: directorySchema,
  },
  'POST /api/openings/{opening}/check-path': {
    summary: 'What a path of the server is as a storage root, while it is `choosing`.',
    body: pathWishSchema,
    answer: checkedPathSchema,
  },
  'POST /api/openings/{opening}/choice': {
    summary: 'Chooses viewer, environment and storage.',
    body: choiceSchema,
    status: 204,
  },
  'POST /api/openings/{opening}/confirmation': {
    summary: 'Starts what the summary shows, or ends the opening.',
    body: z.strictObject({ decision: z.enum(['start', 'cancel']) }),
    status: 204,
  },
  'GET /api/openings/{opening}/log': {
    summary: 'Output of the viewer while it starts: events `text`.',
    form: 'events',
    answer: logChunkSchema,
  },
  'POST /api/openings/{opening}/cancel': {
    summary: 'Ends the opening, at whatever step it is.',
    status: 204,
  },
  'DELETE /api/openings/{opening}': {
    summary: 'Takes an opening that is over from the state.',
    status: 204,
  },

  'POST /api/prompts/{prompt}/answer': {
    summary: 'Answers a question of ssh. The text goes to ssh and nowhere else.',
    body: promptAnswerSchema,
    status: 204,
  },

  'POST /api/sessions/{session}/ticket': {
    summary: 'An address for a new tab; it lets a browser in once, within two minutes.',
    answer: urlAnswer,
  },
  'POST /api/sessions/{session}/url': {
    summary: 'The address with its token, to be copied.',
    answer: urlAnswer,
  },
  'POST /api/sessions/{session}/retry': {
    summary: 'Reconnects now; ssh may ask, by prompts.',
    status: 202,
  },
  'POST /api/sessions/{session}/stop': {
    summary: 'Ends viewer and tunnel; answers when they are gone.',
    answer: stoppedAnswer,
  },
  'POST /api/sessions/stop-all': {
    summary: 'Ends every session and opening; the hub and its dashboard stay.',
    answer: stoppedAnswer,
  },
  'DELETE /api/sessions/{session}': {
    summary: 'Takes a session that has failed from the state.',
    status: 204,
  },
  'GET /api/sessions/{session}/log': {
    summary: 'The end of its viewer’s log, then what comes: events `text`.',
    query: z.object({ lines: z.coerce.number().int().min(0).max(10_000).default(200) }),
    form: 'events',
    answer: logChunkSchema,
  },

  'POST /api/saved': {
    summary: 'Saves a connection.',
    body: savedWishSchema,
    status: 201,
    answer: savedSchema,
  },
  'PUT /api/saved/{saved}': {
    summary: 'Changes a saved connection as a whole.',
    body: savedWishSchema,
    answer: savedSchema,
  },
  'DELETE /api/saved/{saved}': { summary: 'Deletes a saved connection.', status: 204 },
  'POST /api/saved/{saved}/open': {
    summary: 'Opens a saved connection, as far as it settles the choice without a question.',
    status: 201,
    answer: openingAnswer,
  },
  'PATCH /api/settings': {
    summary: 'Changes settings.',
    body: settingsChangeSchema,
    answer: settingsSchema,
  },

  'POST /api/doctor': {
    summary: 'Looks at every step on the way to a server, on its own; a line for each check.',
    body: doctorWishSchema,
    form: 'lines',
    answer: doctorLineSchema,
  },
  'POST /api/hub/quit': {
    summary: 'Ends porthole here, with all that it has open.',
    status: 202,
  },
} as const satisfies Readonly<Record<string, RouteWords>>;

/** `METHOD /path/{name}`. */
export type ApiRoute = keyof typeof ROUTES;

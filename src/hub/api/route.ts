import type * as z from 'zod';

/** One route of the API, as data: the server, the OpenAPI document and the page's types come of it. */
export interface RouteWords {
  /** What it does, in a sentence. */
  readonly summary: string;
  /** What it takes; undefined for none. */
  readonly body?: z.ZodType;
  /** Query parameters. */
  readonly query?: z.ZodObject;
  /** Status of success; 200 unless told. 204 has no body. */
  readonly status?: 200 | 201 | 202 | 204;
  /** What it answers with: JSON; for `events` and `lines` each of them. */
  readonly answer?: z.ZodType;
  /** `events`: server-sent events; `lines`: JSON lines as they come; else one JSON value. */
  readonly form?: 'json' | 'events' | 'lines';
}

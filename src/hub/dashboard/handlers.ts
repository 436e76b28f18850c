import type * as z from 'zod';
import type { ApiAnswer, ApiParams, JsonRoute } from '../api/contract.ts';
import type { ApiRoute, ROUTES } from '../api/routes.ts';
import type { EventStream } from './event-stream.ts';
import type { LineStream } from './line-stream.ts';

type Words<R extends ApiRoute> = (typeof ROUTES)[R];

/** A request of a route, checked. */
export interface ApiCall<R extends ApiRoute> {
  readonly params: ApiParams<R>;
  readonly body: Words<R> extends { readonly body: infer S extends z.ZodType }
    ? z.output<S>
    : undefined;
  readonly query: Words<R> extends { readonly query: infer S extends z.ZodType }
    ? z.output<S>
    : undefined;
  /** `Last-Event-ID`, where sent. */
  readonly lastEventId: string | undefined;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

type EventsRoute = {
  [R in ApiRoute]: Words<R> extends { readonly form: 'events' } ? R : never;
}[ApiRoute];

/** One function for each route. Those that stream begin only when `open` is called: until then they may fail. */
export type ApiHandlers = {
  readonly [R in ApiRoute]: R extends JsonRoute
    ? (call: ApiCall<R>) => ApiAnswer<R> | Promise<ApiAnswer<R>>
    : R extends EventsRoute
      ? (call: ApiCall<R>, open: () => EventStream) => void | Promise<void>
      : (call: ApiCall<R>, open: () => LineStream) => void | Promise<void>;
};

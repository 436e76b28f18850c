/** The types of the API, for the page: to be imported by `import type` alone. */
import type * as z from 'zod';
import type { ApiRoute, ROUTES } from './routes.ts';

export type { ApiRoute } from './routes.ts';
export type * from './schema/directory.ts';
export type * from './schema/doctor.ts';
export type * from './schema/failure.ts';
export type * from './schema/local.ts';
export type * from './schema/opening.ts';
export type * from './schema/prompt.ts';
export type * from './schema/question.ts';
export type * from './schema/saved.ts';
export type * from './schema/session.ts';
export type * from './schema/settings.ts';
export type * from './schema/state.ts';
export type * from './schema/target.ts';

type Words<R extends ApiRoute> = (typeof ROUTES)[R];

/** What a route takes as its body; undefined for none. */
export type ApiBody<R extends ApiRoute> =
  Words<R> extends { readonly body: infer S extends z.ZodType } ? z.input<S> : undefined;

/** What it answers with; of an event or a line, for those that stream; undefined for none. */
export type ApiAnswer<R extends ApiRoute> =
  Words<R> extends { readonly answer: infer S extends z.ZodType } ? z.output<S> : undefined;

type NamesIn<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What stands for the names in its path, not encoded yet. */
export type ApiParams<R extends ApiRoute> = Readonly<Record<NamesIn<R>, string>>;

/** The routes that answer with one JSON value, or none. */
export type JsonRoute = {
  [R in ApiRoute]: Words<R> extends { readonly form: string } ? never : R;
}[ApiRoute];

import * as z from 'zod';
import type { RouteWords } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { failureAnswerSchema } from '../api/schema/failure.ts';

let made: unknown;

/** The API as an OpenAPI 3.1 document, made of its routes and schemas. */
export const openApiDocument = (version: string): unknown => {
  made ??= {
    openapi: '3.1.0',
    info: {
      title: 'porthole',
      version,
      description:
        'The API of the local dashboard. It answers on loopback only, to whoever has its token.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    components: {
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'porthole-hub' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Failure: jsonSchema(failureAnswerSchema, 'output') },
    },
    security: [{ cookie: [] }, { bearer: [] }],
    paths: paths(),
  };
  return made;
};

const paths = (): Record<string, Record<string, unknown>> => {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [name, words] of Object.entries<RouteWords>(ROUTES)) {
    const [method = '', path = ''] = name.split(' ');
    found[path] = { ...found[path], [method.toLowerCase()]: operation(name, words) };
  }
  return found;
};

const operation = (name: string, words: RouteWords): unknown => {
  const { summary, body, query, status = 200 } = words;
  const names = [...name.matchAll(/\{(\w+)\}/g)].map(([, one = '']) => one);
  return {
    summary,
    operationId: name.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, ''),
    parameters: [
      ...names.map((one) => ({
        ...{ name: one, in: 'path', required: true, schema: { type: 'string' } },
      })),
      ...Object.entries(query?.shape ?? {}).map(([one, schema]) => ({
        ...{ name: one, in: 'query', required: false },
        schema: jsonSchema(schema as z.ZodType, 'input'),
      })),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(body, 'input') } },
          },
        }),
    responses: {
      [status]: { description: 'Done', ...contentOf(words) },
      default: {
        description: 'A failure',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
      },
    },
  };
};

const MEDIA_TYPES = {
  json: 'application/json',
  events: 'text/event-stream',
  lines: 'application/x-ndjson',
} as const;

const contentOf = ({ answer, form = 'json' }: RouteWords): object =>
  answer === undefined
    ? {}
    : { content: { [MEDIA_TYPES[form]]: { schema: jsonSchema(answer, 'output') } } };

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

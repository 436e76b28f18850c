/**
 * What went wrong with a request. `code` is the server's (`run-not-found`), or one of ours:
 * `unreachable` (no answer), `not-json` (an answer of somebody else), `gateway` (porthole's own).
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;

  constructor({ code, message, status }: { code: string; message: string; status: number }) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Values of a query; a list repeats its name, undefined leaves it out. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Address of a route, relative to the page: it works wherever the page lies. */
export const apiUrl = (route: string, query: Query = {}): string => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return `api/${route}${text === '' ? '' : `?${text}`}`;
};

/**
 * Asks for JSON.
 *
 * @throws ApiError for every failure but an abort, which is thrown as it is
 */
export const getJson = async <Answer>(
  route: string,
  query: Query = {},
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Answer> => readAnswer(fetchOrThrow(apiUrl(route, query), signal ? { signal } : {}));

/**
 * Reads the JSON of an answer that was asked for elsewhere.
 *
 * @throws ApiError as getJson
 */
export const jsonOf = async <Answer>(answering: Promise<Response>): Promise<Answer> =>
  readAnswer(orThrow(answering));

/**
 * Sends JSON and gives the answer.
 *
 * @throws ApiError as getJson
 */
export const postJson = async <Answer>(route: string, body: unknown): Promise<Answer> =>
  readAnswer(
    fetchOrThrow(apiUrl(route), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );

const fetchOrThrow = (url: string, init: RequestInit): Promise<Response> =>
  orThrow(fetch(url, { ...init, headers: { Accept: 'application/json', ...init.headers } }));

const orThrow = async (answering: Promise<Response>): Promise<Response> => {
  try {
    return await answering;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      code: 'unreachable',
      message: 'The viewer does not answer. The connection may be down.',
      status: 0,
    });
  }
};

const readAnswer = async <Answer>(answering: Promise<Response>): Promise<Answer> => {
  const response = await answering;
  const { status } = response;
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const body: unknown = isJson ? await response.json() : undefined;
  if (response.ok && isJson) return body as Answer;
  throw new ApiError({ status, ...errorOf(body, status) });
};

const errorOf = (body: unknown, status: number): { code: string; message: string } => {
  const error = isRecord(body) ? body.error : undefined;
  if (isRecord(error) && typeof error.code === 'string' && typeof error.message === 'string') {
    return { code: error.code, message: error.message };
  }
  if (typeof error === 'string') return { code: 'gateway', message: error };
  return status >= 500
    ? { code: 'gateway', message: 'The connection to the server is down at the moment.' }
    : { code: 'not-json', message: `Something else than the viewer answered (HTTP ${status}).` };
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

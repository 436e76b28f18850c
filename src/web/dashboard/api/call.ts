import type {
  ApiAnswer,
  ApiBody,
  ApiParams,
  Failure,
  JsonRoute,
} from '../../../hub/api/contract.ts';

/** A failure as the hub tells it; `hub-unreachable` where it tells nothing. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * Asks the hub. Names in the path come from `params`, what is sent from `body`.
 *
 * @throws HubError for every failure but an abort, which is thrown as it is
 */
export const call = async <Route extends JsonRoute>(
  route: Route,
  options: {
    readonly params?: ApiParams<Route>;
    readonly body?: ApiBody<Route>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<ApiAnswer<Route>> => {
  const { params, body, signal } = options;
  const response = await send(route, {
    ...(params === undefined ? {} : { params: params as Readonly<Record<string, string>> }),
    ...(signal === undefined ? {} : { signal }),
    body,
  });
  if (response.status === 202 || response.status === 204) {
    return undefined as ApiAnswer<Route>;
  }
  return (await response.json()) as ApiAnswer<Route>;
};

/**
 * Sends a request of any route and gives the answer once it is a good one.
 *
 * @throws HubError as `call`
 */
export const send = async (
  route: string,
  options: {
    readonly params?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly signal?: AbortSignal;
  },
): Promise<Response> => {
  const [method = 'GET', path = ''] = route.split(' ');
  const { body, signal } = options;
  let response: Response;
  try {
    response = await fetch(routeUrl(path, options.params), {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new HubError(failureOf('hub-unreachable', 'porthole does not answer.', START_AGAIN));
  }
  if (response.ok) return response;
  throw new HubError(await readFailure(response));
};

/** Path of a route with its names filled in, relative to the page. */
export const routeUrl = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path
    .replace(/^\//, '')
    .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''));

const START_AGAIN = 'Start it again in a terminal: porthole viewer';

const readFailure = async (response: Response): Promise<Failure> => {
  const body: unknown = await response.json().catch(() => undefined);
  const error = isRecord(body) ? body.error : undefined;
  if (isRecord(error) && typeof error.message === 'string') return error as unknown as Failure;
  if (response.status === 401) {
    return failureOf('no-token', 'This browser is not let in any more.', START_AGAIN);
  }
  return failureOf('internal', `Something unexpected answered (HTTP ${response.status}).`, null);
};

const failureOf = (code: Failure['code'], message: string, hint: string | null): Failure => ({
  ...{ code, message, hint },
  ...{ output: null, causes: [], commands: [], field: null },
});

/** The failure behind whatever was thrown by `call`; what is none of the hub's is a bug of the page. */
export const failureFrom = (thrown: unknown): Failure => {
  if (thrown instanceof HubError) return thrown.failure;
  return failureOf('internal', `Unexpected failure in this page: ${String(thrown)}`, null);
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

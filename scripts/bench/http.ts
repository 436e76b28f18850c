import { Agent, type RequestOptions, request } from 'node:http';

/** Where an HTTP server is. */
export type Place =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

export interface GetInput {
  readonly place: Place;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps its connections open; without one each request has a connection of its own. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly bytes: number;
}

/** A GET whose answer is read to its end and dropped. @throws Error where there is no answer */
export const get = ({ place, path, headers = {}, agent }: GetInput): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options: RequestOptions = { ...place, path, headers, agent: agent ?? false };
    const call = request(options, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, bytes }));
    });
    call.on('error', reject);
    call.end();
  });

/** As `get`. @throws Error for any status but 200 too */
export const getOk = async (input: GetInput): Promise<Answer> => {
  const answer = await get(input);
  if (answer.status !== 200) throw new Error(`${input.path} was answered with ${answer.status}.`);
  return answer;
};

/** An agent that keeps connections open, as browsers do. */
export const keepAlive = (maxSockets = 6): Agent => new Agent({ keepAlive: true, maxSockets });

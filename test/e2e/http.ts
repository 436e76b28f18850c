import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** An answer, read to its end. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

/** A GET that sends exactly these headers (fetch adds its own, and keeps Host for itself). */
export const get = async (url: string | URL, headers: Headers = {}): Promise<HttpAnswer> => {
  const answer = await openGet(url, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
};

/** A GET whose answer the caller reads. */
export const openGet = (url: string | URL, headers: Headers = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { headers, agent: false }).on('response', resolve).on('error', reject).end();
  });

/** The token of a session's address as a script sends it. */
export const bearer = (url: string): Headers => ({
  Authorization: `Bearer ${new URL(url).searchParams.get('token')}`,
});

/** Another path of the same session, without the token. */
export const at = (url: string, path: string): string => new URL(path, url).href;

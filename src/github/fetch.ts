import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { proxyAgent } from '../network/proxy.js';

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/**
 * What Octokit takes for `fetch`, over node:http: proxies, limits and CAs are those of all other requests. A redirect is
 * not followed, since the token would go with it.
 */
export async function fetchOverHttp(address: string, { method = 'GET', headers = {}, body }: Sent): Promise<Response> {
  const url = new URL(address);
  const agent = proxyAgent(url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const answer = await new Promise<IncomingMessage>((answered, failed) => {
    send(url, { method, headers, ...(agent !== undefined && { agent }) })
      .once('response', answered)
      .once('error', failed)
      .end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const status = answer.statusCode ?? 0;
  const told = Object.entries(answer.headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
  // An answer of these has no body, and one would not be taken.
  const bare = status === 204 || status === 205 || status === 304;
  return new Response(bare ? null : Buffer.concat(chunks), { status, headers: told });
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './listener.js';

/** GitHub's token service as a job meets it. Source: https://docs.github.com/en/actions/reference/security/oidc */
export interface TokenService extends AsyncDisposable {
  /** What the runner gives to a job with `id-token: write`. */
  readonly env: Readonly<Record<string, string>>;
  /** Every token that was issued. */
  readonly issued: string[];
  /** The audiences that were asked for. */
  readonly audiences: (string | null)[];
  /** Answers in place of the service, as long as it is set; returning false lets the service answer. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Claims of the next tokens, over the usual ones. */
  claims: Record<string, unknown>;
}

export const SUBJECT = 'repo:octo@1/edge@2:environment:production';

/** Starts on a free port of this machine. `now` in ms since the epoch. */
export async function tokenService(now: () => number = Date.now): Promise<TokenService> {
  const bearer = randomBytes(24).toString('base64url');
  const issued: string[] = [];
  const audiences: (string | null)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (service.instead?.(request, response)) return;
    if (request.headers.authorization?.toLowerCase() !== `bearer ${bearer}`.toLowerCase()) {
      response.writeHead(401).end('{"message":"who are you?"}');
      return;
    }
    const audience = new URL(request.url ?? '/', 'http://token').searchParams.get('audience');
    audiences.push(audience);
    const token = tokenOf({ aud: audience, ...service.claims }, now());
    issued.push(token);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ count: 1, value: token }));
  };
  const server = await listen(answer, { port: 0, host: '127.0.0.1' });
  const service: TokenService = {
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
      GITHUB_REPOSITORY: 'octo/edge',
      GITHUB_RUN_ID: '4711',
    },
    issued,
    audiences,
    instead: undefined,
    claims: {},
    [Symbol.asyncDispose]: () => server.close(),
  };
  return service;
}

/** A token that nobody signed: the emulator looks at its claims alone. */
function tokenOf(claims: Readonly<Record<string, unknown>>, at: number): string {
  const seconds = Math.floor(at / 1_000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = {
    iss: 'https://token.actions.githubusercontent.com',
    sub: SUBJECT,
    iat: seconds,
    exp: seconds + 300,
    jti: randomBytes(8).toString('hex'),
    ...claims,
  };
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part(all)}.${randomBytes(64).toString('base64url')}`;
}

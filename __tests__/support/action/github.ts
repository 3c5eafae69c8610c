import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answering } from '../network/listening.js';

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

export async function tokenService(now: () => number = Date.now): Promise<TokenService> {
  const bearer = randomBytes(24).toString('base64url');
  const issued: string[] = [];
  const audiences: (string | null)[] = [];
  const server = await answering((request, response) => {
    if (service.instead?.(request, response)) return;
    if (request.headers.authorization?.toLowerCase() !== `bearer ${bearer}`.toLowerCase()) {
      response.writeHead(401).end('{"message":"who are you?"}');
      return;
    }
    const url = new URL(request.url ?? '/', 'http://token');
    const audience = url.searchParams.get('audience');
    audiences.push(audience);
    const seconds = Math.floor(now() / 1000);
    const claims = {
      iss: 'https://token.actions.githubusercontent.com',
      aud: audience,
      sub: SUBJECT,
      iat: seconds,
      exp: seconds + 300,
      jti: randomBytes(8).toString('hex'),
      ...service.claims,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${randomBytes(64).toString('base64url')}`;
    issued.push(token);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ count: 1, value: token }));
  });
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
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return service;
}

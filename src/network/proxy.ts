import type { Agent, ClientRequest } from 'node:http';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** The metadata service of an ECS instance: a proxy would answer for its own machine, or not at all. */
const METADATA = '100.100.100.200';

const agents = new Map<string, Agent>();

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case, or undefined. The rule is that of
 * GitHub's own toolkit, so that everything in a job goes the same way: a host in NO_PROXY stands for its subdomains
 * too, with or without a leading dot, `host:port` for one port, `*` for all; loopback is never proxied.
 */
export function proxyFor(url: URL): URL | undefined {
  return url.hostname === METADATA ? undefined : getProxyUrl(url);
}

/** For `request({ agent })`: tunnels https by CONNECT, passes plain http on; undefined where there is no proxy. */
export function proxyAgent(url: URL): Agent | undefined {
  const proxy = proxyFor(url);
  if (proxy === undefined) return undefined;
  const key = `${url.protocol} ${proxy.href}`;
  const known = agents.get(key);
  if (known !== undefined) return known;
  const agent = url.protocol === 'https:' ? tunnel(proxy) : new HttpProxyAgent(proxy.href);
  agents.set(key, agent);
  return agent;
}

/** A proxy as it may be shown: without user name and password. Undefined where there is none. */
export function shownProxy(url: URL): string | undefined {
  const proxy = proxyFor(url);
  return proxy && `${proxy.protocol}//${proxy.host}`;
}

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/** What of the proxies' URLs is secret: the password, and the pair as the header carries it. */
export function proxySecrets(environment: NodeJS.ProcessEnv): readonly string[] {
  return VARIABLES.flatMap((name) => {
    const { username = '', password = '' } = readProxy(environment[name] ?? '') ?? {};
    if (password === '') return [];
    return [password, decodeURIComponent(password), `${decodeURIComponent(username)}:${decodeURIComponent(password)}`];
  });
}

/** The variables that are set, but name no proxy: with them the toolkit would go past the proxy without a word. */
export function brokenProxies(environment: NodeJS.ProcessEnv): readonly string[] {
  return VARIABLES.filter((name) => (environment[name] ?? '') !== '' && !readProxy(environment[name] ?? ''));
}

/**
 * Writes `http://` before a proxy that has no scheme, as curl and others take it to be. The toolkit reads `host:3128`
 * as a URL of the scheme `host:`, and would go past the proxy.
 */
export function completeProxies(environment: NodeJS.ProcessEnv): void {
  for (const name of VARIABLES) {
    const text = environment[name] ?? '';
    if (text !== '' && !HAS_SCHEME.test(text)) environment[name] = `http://${text}`;
  }
}

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function readProxy(text: string): URL | undefined {
  const written = HAS_SCHEME.test(text) ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  try {
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    return url;
  } catch {
    return undefined;
  }
}

/** A refusal by the proxy must not look like an answer of the service, as which the agent would pass it on. */
function tunnel(proxy: URL): Agent {
  const agent = new HttpsProxyAgent(proxy.href);
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: ClientRequest) => {
    if (statusCode === 200) return;
    const code = statusCode >= 500 ? 'ProxyFailed' : 'ProxyRefused';
    request.destroy(Object.assign(new Error(`the proxy answered HTTP ${statusCode}`), { code }));
  });
  return agent;
}

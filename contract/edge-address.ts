import { isIPv4 } from 'node:net';
import { listOf, memberOf, textOf } from './answers.js';
import type { EdgeAddress } from './edge.js';
import type { Target } from './live.js';
import type { Options } from './options.js';

const MOST_NODES = 4;

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/**
 * Where the edge is asked; text where that cannot be found out. Staging is reached by its own addresses under the name of
 * the site, and the routine's own name takes a token, without which it answers 401.
 */
export async function findEdge(
  target: Target,
  routine: unknown,
  { url, env }: Pick<Options, 'url' | 'env'>,
  keep: (secret: string) => void,
): Promise<EdgeAddress | string> {
  if (url?.protocol === 'http:') return { url, connectTo: [] };
  const address = url ?? (await ownAddress(target, routine, keep));
  if (typeof address === 'string') return address;
  if (env === 'production') return { url: address, connectTo: [] };
  const said = await target.api.ask('GetRoutineStagingEnvIp', {});
  if (said.kind === 'refused') return `GetRoutineStagingEnvIp was refused as ${said.code}`;
  const addresses = said.kind === 'answer' ? listOf(memberOf(said.json, 'IPV4')).map(textOf) : [];
  const connectTo = addresses.flatMap((one) => (one !== undefined && isIPv4(one) ? [one] : [])).slice(0, MOST_NODES);
  return connectTo.length === 0 ? 'GetRoutineStagingEnvIp named no address' : { url: address, connectTo };
}

async function ownAddress(
  { api, routine: name }: Target,
  routine: unknown,
  keep: (secret: string) => void,
): Promise<URL | string> {
  const host = textOf(memberOf(routine, 'DefaultRelatedRecord')) ?? '';
  if (!HOST.test(host)) return 'the routine has no address of its own; --url names one';
  const said = await api.ask('GetRoutineAccessToken', { body: { Name: name } });
  if (said.kind !== 'answer')
    return `GetRoutineAccessToken ${said.kind === 'refused' ? `was refused as ${said.code}` : 'was not answered'}; --url names an address that needs no token`;
  const token = textOf(memberOf(said.json, 'Token')) ?? '';
  keep(token);
  const url = new URL(`https://${host}/`);
  url.searchParams.set('esa_er_token', token);
  return url;
}

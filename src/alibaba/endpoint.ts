import type { Endpoint } from './call.js';

/** Source: aliyun-openapi-meta, products.json; no other region has an ESA endpoint. */
const HOSTS = {
  'cn-hangzhou': 'esa.cn-hangzhou.aliyuncs.com',
  'ap-southeast-1': 'esa.ap-southeast-1.aliyuncs.com',
} as const;

export type Region = keyof typeof HOSTS;

export const REGIONS = Object.keys(HOSTS) as readonly Region[];

export function regionEndpoint(region: Region): Endpoint {
  return { protocol: 'https', host: HOSTS[region] };
}

/** Source: @alicloud/credentials 2.4.7, which makes the host of every region so. */
export function regionStsEndpoint(region: Region): Endpoint {
  return { protocol: 'https', host: `sts.${region}.aliyuncs.com` };
}

/** Source: https://help.aliyun.com/zh/sls/developer-reference/api-sls-2020-12-30-endpoint; a project's host is below it. */
export function regionLogsEndpoint(region: string): Endpoint {
  return { protocol: 'https', host: `${region}.log.aliyuncs.com` };
}

/** An endpoint as a user writes it; undefined unless it is https, or http on loopback, and nothing but a host. */
export function readEndpoint(text: string): Endpoint | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === '') return undefined;
  // A parser forgets a user name that is empty.
  const bare = !text.includes('@') && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!bare) return undefined;
  if (url.protocol === 'https:') return { protocol: 'https', host: url.host };
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return { protocol: 'http', host: url.host };
  return undefined;
}

/** The URL parser has already written addresses in their one canonical form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.[0-9]{1,3}){3}$/.test(hostname);
}

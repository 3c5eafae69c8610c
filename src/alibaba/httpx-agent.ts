import httpx from 'httpx';
import { preconnectedAgent } from '../network/preconnect.js';
import { proxyAgent } from '../network/proxy.js';

let routed = false;

/**
 * Alibaba Cloud's libraries send by httpx, which takes an `agent`, but the layer between passes none on: a proxy that
 * their own options name is ignored. So httpx gets the agent here, where it is missing (docs/adr/0007).
 */
export function installAgent(): void {
  if (routed) return;
  routed = true;
  // httpx calls url.parse, and Node 24 would say so in every user's log (DEP0169).
  process.noDeprecation = true;
  const { request } = httpx;
  httpx.request = (address, options) => {
    const url = new URL(address);
    const agent = options.agent ?? proxyAgent(url) ?? preconnectedAgent(url);
    return request(address, agent === undefined ? options : { ...options, agent });
  };
}

import { type Entry, later, no } from './advice.js';

/** The input by which the service's address is replaced. */
export type EndpointInput = 'endpoint' | 'sts-endpoint';

const UNTRUSTED = no(
  'The certificate is not trusted, as behind a proxy that opens TLS. Name its CA with NODE_EXTRA_CA_CERTS in the `env` of the job or on the runner. Verification cannot be switched off.',
);

/** What happened on the way, where the service gave no code. */
const ON_THE_WAY: Readonly<Record<string, Entry | ((input: EndpointInput) => Entry)>> = {
  ConnectTimeout: later(
    'No connection to the service came about. Check that the runner may reach it: firewall, HTTPS_PROXY and NO_PROXY.',
  ),
  ReadTimeout: later(
    'The service did not answer in time. Raise `api-timeout` if the way is long; from GitHub-hosted runners to China it is.',
  ),
  ENOTFOUND: (input) =>
    later(
      `The name does not resolve. Check \`${input}\`, \`region\` and the DNS of the runner; behind a proxy that resolves names itself, set HTTPS_PROXY.`,
    ),
  EAI_AGAIN: later('The DNS of the runner does not answer. Check its network.'),
  ECONNREFUSED: (input) =>
    later(`Nothing listens there. Check \`${input}\`, and HTTPS_PROXY if the message names a proxy.`),
  ECONNRESET: later(
    'The connection was cut, by the service or by something between. Run again; if it goes on, check proxy and firewall.',
  ),
  ProxyRefused: no(
    'The proxy does not let this through. HTTP 407 means that it wants a user name and password (`http://USER:PASSWORD@HOST:PORT` in HTTPS_PROXY); otherwise have it allow CONNECT to this host, or name the host in NO_PROXY.',
  ),
  ProxyFailed: later('The proxy could not reach the service. Run again; if it goes on, ask those who run the proxy.'),
  ERR_INVALID_CHAR: no(
    'A part of the key holds a line break or another character that no key has. Set it anew where it comes from.',
  ),
  AnswerTooLong: (input) =>
    no(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`),
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: no('The certificate has expired, or the clock of the runner is wrong.'),
  ERR_TLS_CERT_ALTNAME_INVALID: (input) => no(`The certificate is for another host. Check \`${input}\`.`),
};

const NETWORK = later(
  'The connection failed on the way. Run again; if it goes on, check proxy and firewall between runner and service.',
);

export function adviseOnNetwork(code: string, input: EndpointInput): Entry {
  const found = Object.hasOwn(ON_THE_WAY, code) ? (ON_THE_WAY[code] ?? NETWORK) : NETWORK;
  return typeof found === 'function' ? found(input) : found;
}

/** A page or a cut answer where JSON was expected. */
export function adviseOnPage(status: number, input: EndpointInput): Entry {
  if (status >= 300 && status < 400)
    return no(`There is a redirect, which the API never makes. Check \`${input}\`: it is the API host alone.`);
  // Also with 403 or 404: the API's own refusals are JSON, and what stands between may say no for a moment.
  if (status >= 400 && status < 500 && status !== 429)
    return later(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`);
  return later(
    'A gateway or proxy on the way answered in place of the service, or its answer was cut short. Run again later.',
  );
}

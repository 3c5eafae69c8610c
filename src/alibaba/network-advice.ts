import { type Advice, permanent, transient } from './advice.js';

/** The input that replaces the service's address. */
export type EndpointInput = 'endpoint' | 'sts-endpoint' | 'gate-logs-endpoint';

const UNTRUSTED = permanent(
  'The certificate is not trusted, as behind a proxy that intercepts TLS. Name its CA with NODE_EXTRA_CA_CERTS in the `env` of the job or on the runner. Verification cannot be switched off.',
);

/** Failures of the network, where no service gave a code. */
const BY_NETWORK_CODE: Readonly<Record<string, Advice | ((input: EndpointInput) => Advice)>> = {
  ConnectTimeout: transient(
    'No connection to the service could be established. Check that the runner may reach it: firewall, HTTPS_PROXY and NO_PROXY.',
  ),
  ReadTimeout: transient(
    'The service did not answer in time. Raise `api-timeout` if the service is far away, as China is from GitHub-hosted runners.',
  ),
  ENOTFOUND: (input) =>
    transient(
      `The name does not resolve. Check \`${input}\`, \`region\` and the DNS of the runner; behind a proxy that resolves names itself, set HTTPS_PROXY.`,
    ),
  EAI_AGAIN: transient('The DNS of the runner does not answer. Check its network.'),
  ECONNREFUSED: (input) =>
    transient(`Nothing listens there. Check \`${input}\`, and HTTPS_PROXY if the message names a proxy.`),
  ECONNRESET: transient(
    'The connection was cut, by the service or by something in between. Run again; if it persists, check the proxy and the firewall.',
  ),
  ProxyRefused: permanent(
    'The proxy does not let this through. HTTP 407 means that it wants a user name and password (`http://USER:PASSWORD@HOST:PORT` in HTTPS_PROXY); otherwise have it allow CONNECT to this host, or name the host in NO_PROXY.',
  ),
  ProxyFailed: transient(
    'The proxy could not reach the service. Run again; if it persists, ask whoever runs the proxy.',
  ),
  ERR_INVALID_CHAR: permanent(
    'A part of the key contains a line break or another character that no key has. Set it again at its source.',
  ),
  AnswerTooLong: (input) =>
    permanent(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`),
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: permanent('The certificate has expired, or the clock of the runner is wrong.'),
  ERR_TLS_CERT_ALTNAME_INVALID: (input) => permanent(`The certificate is for another host. Check \`${input}\`.`),
};

const NETWORK = transient(
  'The connection failed on the way. Run again; if it persists, check the proxy and the firewall between runner and service.',
);

export function adviseOnNetwork(code: string, input: EndpointInput): Advice {
  const found = Object.hasOwn(BY_NETWORK_CODE, code) ? (BY_NETWORK_CODE[code] ?? NETWORK) : NETWORK;
  return typeof found === 'function' ? found(input) : found;
}

/** A page or a cut answer where JSON was expected. */
export function adviseOnPage(status: number, input: EndpointInput): Advice {
  if (status >= 300 && status < 400)
    return permanent(
      `The answer is a redirect, which the API never sends. Check \`${input}\`: it must be the API's host and nothing else.`,
    );
  // Also with 403 or 404: the API's own refusals are JSON, and what stands between may say no for a moment.
  if (status >= 400 && status < 500 && status !== 429)
    return transient(`Something other than the API answered. Check \`${input}\` and the proxy of the runner.`);
  return transient(
    'A gateway or proxy on the way answered in place of the service, or its answer was cut short. Run again later.',
  );
}

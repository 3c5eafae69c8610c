import { getIDToken } from '@actions/core';
import { type Limits, withinLimits } from '../network/limits.js';
import type { Answer } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { PERMISSION } from './permission.js';

/**
 * A fresh id-token of this job for an audience. The toolkit masks it, and retries a request by itself.
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export async function idToken(audience: string, limits: Limits): Promise<Answer<string>> {
  const result = await withinLimits(limits, () => getIDToken(audience));
  if (result.ok) return succeeded(result.value);
  const { gaveUp, response } = result.seen;
  const said = result.error instanceof Error ? result.error.message : String(result.error);
  const status = response?.statusCode;
  const refused = status === 401 || status === 403;
  return failed({
    operation: 'GetIdToken',
    code: gaveUp === undefined ? `IdTokenNotIssued${status === undefined ? '' : `.${status}`}` : 'IdTokenTimeout',
    message: gaveUp === undefined ? said : `GitHub issued no id-token within ${result.seen.after} ms`,
    requestId: '',
    advice: refused
      ? `GitHub does not let this job have an id-token: ${PERMISSION}. Pull requests of forks never get one.`
      : "GitHub's token service could not be reached or failed. Run again; if it persists, see its status page, and check the proxy of a self-hosted runner.",
    transient: !refused,
    throttled: false,
    mayHaveActed: false,
    retryAfter: undefined,
  });
}

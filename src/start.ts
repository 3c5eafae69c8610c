import { environmentSecrets } from './credentials/source.js';
import { type Log, openLog } from './github/log.js';
import { inputTexts, mask } from './github/runner.js';
import type { Mistake } from './inputs/mistakes.js';
import { type Request, readInputs } from './inputs/request.js';
import { INPUTS, type RawInputs, secretsIn } from './inputs/table.js';
import { completeProxies, proxySecrets } from './network/proxy.js';
import type { Result } from './rollout/result.js';
import { type Secrets, secretKeeper } from './secrets/secrets.js';
import { urlSecrets } from './secrets/url-secrets.js';

/** What the step and its post step do before all else. */
export interface Start {
  readonly raw: RawInputs;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** Everything secret that this process was started with is masked before anything else is done. */
export function start(): Start {
  const { env } = process;
  const raw = inputTexts(INPUTS);
  const secrets = secretKeeper(mask);
  secrets.keep(...secretsIn(raw), ...environmentSecrets(env), ...proxySecrets(env));
  secrets.keep(env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '', ...urlSecrets(env['ALIBABA_CLOUD_CREDENTIALS_URI'] ?? ''));
  return { raw, secrets, log: openLog(secrets) };
}

/**
 * The request, or all that is wrong with it. First is put right what the environment says of the network: Node would
 * take any certificate with NODE_TLS_REJECT_UNAUTHORIZED=0, and nobody who deploys can want that.
 */
export function readRequest({ raw, log }: Start): Result<Request, readonly Mistake[]> {
  completeProxies(process.env);
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    log.warn(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are verified. For a private CA set NODE_EXTRA_CA_CERTS.',
    );
  }
  return readInputs(raw, process.env);
}

import type { ApiRequest } from '../api-request.js';
import { authenticate, authorize, type Nonces } from '../authorization.js';
import { type Refusal, refuse } from '../refusal.js';
import type { World } from '../world.js';
import { deploymentOperations } from './deployments.js';
import type { Call, Operation, Result } from './operation.js';
import { routineOperations } from './routines.js';
import { tokenOperations } from './tokens.js';
import { uploadOperations } from './uploads.js';
import { versionOperations } from './versions.js';

const operations: Readonly<Record<string, Operation>> = {
  ...routineOperations,
  ...versionOperations,
  ...deploymentOperations,
  ...tokenOperations,
  ...uploadOperations,
};

const esaVersion = '2024-09-10';

/** The operation a request means, when it is known and the request is properly signed and allowed. */
export function admit(request: ApiRequest, world: World, nonces: Nonces, now: number): Operation | Refusal {
  const { action, version } = request;
  if (request.path !== '/')
    return refuse('InvalidAction.NotFound', 'Specified api is not found: the path is always /.');
  if (request.method !== 'POST' && request.method !== 'GET') {
    return refuse('UnsupportedHTTPMethod', 'This http method is not supported.');
  }
  if (action === '') return refuse('MissingAction', 'Action is mandatory for this action.');
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (operation === undefined) return refuse('InvalidAction.NotFound', `Specified api is not found: ${action}.`);
  if (version === '') return refuse('MissingVersion', 'Version is mandatory for this action.');
  // The code for a version the product does not have is unverified.
  if (version !== (operation.version ?? esaVersion)) {
    return refuse('InvalidVersion', `Specified parameter Version is not valid: ${version}.`);
  }
  if (operation.unsigned === true) return operation;
  const signer = authenticate(request, world, nonces, now);
  if ('kind' in signer) return signer;
  return authorize(signer, `esa:${action}`) ?? operation;
}

/** Carries the operation out, unless its parameters are not all there. */
export function perform(operation: Operation, call: Call, malformed: string | undefined): Result {
  if (malformed !== undefined) return refuse('InvalidParameter', malformed);
  const missing = operation.required.find((name) => (call.parameters[name] ?? '') === '');
  if (missing !== undefined) return refuse(`Missing${missing}`, `${missing} is mandatory for this action.`);
  return operation.run(call);
}

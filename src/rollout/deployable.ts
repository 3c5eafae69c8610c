import type { Environment, VersionDetails } from './model.js';

/** Whether it was built. One whose status the service does not tell is taken for one that was. */
export function isAvailable({ status }: Pick<VersionDetails, 'status'>): boolean {
  return status === undefined || status.toLowerCase() === 'available';
}

/** Whether the variables that it holds are those of the other environment. */
export function isBoundElsewhere({ boundTo }: Pick<VersionDetails, 'boundTo'>, env: Environment): boolean {
  return boundTo !== undefined && boundTo.toLowerCase() !== env;
}

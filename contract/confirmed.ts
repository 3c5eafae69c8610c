import type { FactId } from './facts.js';

/** Who has seen a fact at the real service, as assumed or otherwise, by a report that others can look at. */
export interface Confirmation {
  readonly fact: FactId;
  readonly result: 'as assumed' | 'otherwise';
  /** Whose report, such as the issue that holds it. */
  readonly by: string;
  /** `2026-11-26` */
  readonly day: string;
}

/** Nobody yet: whoever built this could not reach the service. */
export const CONFIRMED: readonly Confirmation[] = [];

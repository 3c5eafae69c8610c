import type { OddAnswer } from './odd-answers.js';
import type { EnvironmentName, Share } from './world.js';

/** Something that goes wrong with a request that is properly signed. */
export interface Fault {
  /** Which operation it concerns; any when absent. */
  operation?: string;
  /** Lets the first so many matching requests pass. */
  skip?: number;
  /** How many requests it hits; 1 when absent. JSON has no Infinity, so the word stands for it. */
  times?: number | 'Infinity';
  effect: FaultEffect;
}

/** `acts`: the operation happens nevertheless. Times in milliseconds. */
export type FaultEffect =
  /** An error answer; `retryAfter` becomes the header x-acs-retry-after. */
  | { kind: 'error'; code: string; status?: number; message?: string; retryAfter?: number; acts?: boolean }
  /** A gateway's HTML page. */
  | { kind: 'html'; status: number; acts?: boolean }
  /** Any raw answer. */
  | {
      kind: 'body';
      status: number;
      body: string;
      contentType?: string;
      headers?: Record<string, string>;
      acts?: boolean;
    }
  /** The socket is destroyed before acting. */
  | { kind: 'reset' }
  /** Acts, then the socket is destroyed without an answer. */
  | { kind: 'lost' }
  /** Acts, announces the full length, sends half and destroys the socket. */
  | { kind: 'truncated' }
  /** Never answers. */
  | { kind: 'hang'; acts?: boolean }
  /** Acts, and answers after so long. */
  | { kind: 'slow'; ms: number }
  /** Acts so long after, though the answer at once is an error, or none where no code is given. */
  | { kind: 'late'; ms: number; code?: string; status?: number }
  /** Acts, and answers in another form than is documented. */
  | { kind: 'odd'; how: OddAnswer }
  /**
   * Somebody else deploys right before or after the request acts: to `env`, the request's Env, or production. `lag` is
   * how many answers to GetRoutine still show what was shown before.
   */
  | { kind: 'foreign'; codeVersions: Share[]; when: 'before' | 'after'; env?: EnvironmentName; lag?: number };

export interface FaultScript {
  add(faults: readonly Fault[]): void;
  /** The effect for this request, used up by asking. Faults are looked at in the order they were added. */
  take(operation: string): FaultEffect | undefined;
}

/** An empty script. */
export function faultScript(): FaultScript {
  const pending: { operation: string | undefined; skip: number; times: number; effect: FaultEffect }[] = [];
  return {
    add(faults) {
      for (const { operation, skip, times, effect } of faults) {
        pending.push({ operation, skip: skip ?? 0, times: Number(times ?? 1), effect });
      }
    },
    take(operation) {
      const fault = pending.find((one) => one.times > 0 && (one.operation ?? operation) === operation);
      if (fault === undefined) return undefined;
      if (fault.skip > 0) {
        fault.skip -= 1;
        return undefined;
      }
      fault.times -= 1;
      return fault.effect;
    },
  };
}

/** Whether the operation is carried out, by kind of effect; the rest say it themselves with `acts`. */
const actsByKind: Readonly<Record<FaultEffect['kind'], boolean | 'told'>> = {
  error: 'told',
  html: 'told',
  body: 'told',
  hang: 'told',
  reset: false,
  lost: true,
  truncated: true,
  slow: true,
  late: false,
  odd: true,
  foreign: true,
};

export const effectKinds = Object.keys(actsByKind) as readonly FaultEffect['kind'][];

/** Whether the operation is carried out under this effect. */
export function acts(effect: FaultEffect | undefined): boolean {
  if (effect === undefined) return true;
  const known = actsByKind[effect.kind];
  return known === 'told' ? 'acts' in effect && effect.acts === true : known;
}

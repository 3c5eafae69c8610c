import type { Timeline, Wish } from './model.js';

/** What the calls of a run have shown of the permissions that it needs. A permission is named as in a RAM policy. */
export interface Access {
  /** All that a real run needs, whatever has come of it. */
  readonly needed: readonly string[];
  /** Calls that were answered. */
  readonly allowed: readonly string[];
  readonly denied: readonly Denial[];
  /** Not called: each write, in a dry run. */
  readonly untried: readonly string[];
}

export interface Denial {
  readonly action: string;
  /** The service's error code. */
  readonly code: string;
  /** May be empty. */
  readonly requestId: string;
}

/** What a run calls beyond the three operations of a deployment. */
export interface Extent {
  /** RAM actions of an upload; none where there is none. */
  readonly upload: readonly string[];
  /** Whether its gate reads Log Service. */
  readonly readsLogs: boolean;
}

/** The RAM actions that a real run may need. Code that is uploaded alone is not deployed. */
export function actionsNeeded({ goal }: Pick<Wish<unknown>, 'goal'>, { upload, readsLogs }: Extent): readonly string[] {
  const deploys = upload.length === 0 || goal.kind !== 'report';
  return [
    ...['esa:GetRoutine', 'esa:ListRoutineCodeVersions'],
    ...(deploys ? ['esa:CreateRoutineCodeDeployment'] : []),
    ...upload,
    ...(readsLogs ? ['log:GetLogStoreLogs'] : []),
  ];
}

/** A code by which RAM refuses a call that was signed well. */
export function isDenial(code: string): boolean {
  return /^(?:Forbidden|NoPermission)/.test(code);
}

export function accessOf(needed: readonly string[], timeline: Timeline): Access {
  const calls = timeline.flatMap((event) =>
    event.kind === 'called' ? [{ ...event, action: `esa:${event.operation}` }] : [],
  );
  const allowed = needed.filter((action) => calls.some((call) => call.action === action && call.result === 'OK'));
  const denied = needed.flatMap((action) => {
    const denial = calls.find((call) => call.action === action && isDenial(call.result));
    if (denial === undefined || allowed.includes(action)) return [];
    return [{ action, code: denial.result, requestId: denial.requestId }];
  });
  const tried = new Set(calls.map(({ action }) => action));
  return { needed, allowed, denied, untried: needed.filter((action) => !tried.has(action)) };
}

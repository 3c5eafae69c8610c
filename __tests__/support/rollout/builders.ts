import type { RolloutPlan, WritingPlan } from '../../../src/rollout/decide/course.js';
import type {
  Baseline,
  Event,
  Fault,
  Finding,
  Gate,
  Live,
  Measurement,
  Purpose,
  Rollout,
  Step,
  TrafficSplit,
  VersionDetails,
  Wish,
} from '../../../src/rollout/model.js';
import type { VersionRef, Word } from '../../../src/rollout/version-ref.js';

/** What tests of the core are made of: each builder gives the plainest case, and takes what is to differ. */

export const STABLE = '1';
export const CANARY = '2';

/** `splitOf(['2', 5], ['1', 95])` */
export const splitOf = (...shares: readonly (readonly [version: string, weight: number])[]) =>
  shares.map(([version, weight]) => ({ version, weight })) as unknown as TrafficSplit;

/** The split that gives the canary this weight, and the stable the rest. */
export const at = (weight: number): TrafficSplit => {
  if (weight === 100) return splitOf([CANARY, 100]);
  return weight === 0 ? splitOf([STABLE, 100]) : splitOf([CANARY, weight], [STABLE, 100 - weight]);
};

/** Of somebody else. */
export const FOREIGN = splitOf(['3', 100]);

type Serving = Extract<Live, { kind: 'serving' }>;

export const NOTHING: Live = { kind: 'nothing' };

export const serving = (id: number | string, split: TrafficSplit, more: Partial<Serving> = {}): Serving => ({
  kind: 'serving',
  deploymentId: String(id),
  deployedAt: undefined,
  split,
  details: [],
  ...more,
});

export const details = (version: string, more: Partial<VersionDetails> = {}): VersionDetails => ({
  version,
  description: undefined,
  createdAt: undefined,
  status: undefined,
  boundTo: undefined,
  commit: undefined,
  ...more,
});

/** One that is permanent and did nothing. */
export const fault = (more: Partial<Fault> = {}): Fault => ({
  operation: 'CreateRoutineCodeDeployment',
  code: 'Forbidden',
  message: 'No!',
  requestId: 'F',
  advice: 'Ask for it.',
  transient: false,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
  ...more,
});
export const LOST = { code: 'ECONNRESET', transient: true, mayHaveActed: true } as const;
export const THROTTLED = { code: 'Throttling', transient: true, throttled: true } as const;
export const TRANSIENT = { code: 'InternalError', transient: true } as const;

export const read = (when: number, live: Live): Event => ({ at: when, kind: 'read', live });
export const unread = (when: number, more: Partial<Fault> = {}): Event => ({
  at: when,
  kind: 'read-failed',
  fault: fault({ operation: 'GetRoutine', ...more }),
});
export const accepted = (when: number, split: TrafficSplit, deploymentId = '', requestId = 'R'): Event => ({
  at: when,
  kind: 'accepted',
  split,
  deploymentId,
  requestId,
});
export const refused = (when: number, split: TrafficSplit, more: Partial<Fault> = {}): Event => ({
  at: when,
  kind: 'write-failed',
  split,
  fault: fault(more),
});
export const waited = (when: number, duration: number, purpose: Purpose = 'look'): Event => ({
  at: when,
  kind: 'wait',
  for: duration,
  purpose,
  why: 'it takes time',
});
export const cancelled = (when: number, by = 'SIGINT'): Event => ({ at: when, kind: 'cancelled', by });
export const aborted = (when: number, more: Partial<Extract<Event, { kind: 'aborted' }>> = {}): Event => ({
  at: when,
  kind: 'aborted',
  why: 'unhealthy',
  how: 'rollback',
  sentence: 'it was bad',
  ...more,
});

export const measurement = (good: number, bad = 0, more: Partial<Measurement> = {}): Measurement => ({
  source: 'gate-url',
  canary: { good, bad },
  stable: undefined,
  cut: 0,
  unknown: 0,
  unnamed: 0,
  failures: [],
  ...more,
});
export const measured = (when: number, weight: number, what: Measurement): Event => ({
  at: when,
  kind: 'measured',
  weight,
  measurement: what,
});

export const baseline = (when: number, good: number, bad = 0, more: Partial<Baseline> = {}): Event => ({
  at: when,
  kind: 'baseline',
  version: STABLE,
  stable: { good, bad },
  unknown: 0,
  failures: [],
  ...more,
});

export const finding = (more: Partial<Finding> = {}): Finding => ({
  why: 'unhealthy',
  how: 'rollback',
  weight: 5,
  after: 40_000,
  sentence: 'it was bad',
  ...more,
});
export const observed = (when: number, more: Partial<Finding> = {}): Event => ({
  at: when,
  kind: 'observed',
  ...finding(more),
});

/** Somebody's step, which does not bake unless told otherwise. */
export const adopted = (when: number, split: TrafficSplit, deploymentId: string, more: Partial<Step> = {}): Event => ({
  at: when,
  kind: 'adopted',
  split,
  deploymentId,
  weight: split.find(({ version }) => version === CANARY)?.weight ?? 0,
  bake: 0,
  ...more,
});

type Called = Extract<Event, { kind: 'called' }>;

export const called = (when: number, more: Partial<Called> = {}): Called => ({
  at: when,
  kind: 'called',
  operation: 'GetRoutine',
  attempt: 1,
  took: 10,
  requestId: '',
  result: 'OK',
  retryIn: undefined,
  ...more,
});

export const GATE: Gate = { successRate: 99, interval: 15_000, urls: 0, mark: undefined, mode: 'enforce' };
/** It asks a URL, and nobody can tell the versions apart. */
export const UNMARKED: Gate = { ...GATE, urls: 1 };
export const OBSERVING: Gate = { ...GATE, mode: 'observe' };

export const rolloutOf = (steps: readonly Step[], more: Partial<Rollout> = {}): Rollout => ({
  kind: 'rollout',
  canary: CANARY,
  steps,
  wait: true,
  gate: GATE,
  onFailure: 'rollback',
  onInconclusive: 'rollback',
  onCancel: 'rollback',
  ...more,
});

export const wishOf = (goal: Wish['goal'], more: Partial<Wish> = {}): Wish => ({
  routine: 'r',
  env: 'production',
  goal,
  expectDeploymentId: undefined,
  dryRun: false,
  ...more,
});

export const number = (version: string): VersionRef => ({ kind: 'number', version });
export const word = (name: Word): VersionRef => ({ kind: 'word', word: name });
export const commit = (sha: string): VersionRef => ({ kind: 'commit', sha });

/** A rollout as it is asked for, by a number or a word. */
export const askedFor = (canary: VersionRef, more: Partial<Rollout> = {}): Wish<VersionRef> => ({
  ...wishOf({ kind: 'report' }),
  goal: { ...rolloutOf([{ weight: 100, bake: 0 }], more), canary },
});

/** A wish as it is asked for in numbers. */
export const asked = ({ goal, ...wish }: Wish): Wish<VersionRef> => {
  if (goal.kind === 'report') return { ...wish, goal };
  if (goal.kind === 'rollout') return { ...wish, goal: { ...goal, canary: number(goal.canary) } };
  return { ...askedSplit(...goal.split.map((one) => [number(one.version), one.weight] as const)), ...wish };
};

/** A split as it is asked for. */
export const askedSplit = (
  ...shares: readonly (readonly [version: VersionRef, weight: number])[]
): Wish<VersionRef> => ({
  ...wishOf({ kind: 'report' }),
  goal: {
    kind: 'split',
    split: shares.map(([version, weight]) => ({ version, weight })) as unknown as TrafficSplit<VersionRef>,
  },
});

/** A rollout that finds its canary live at `startAt`, where that is one of its steps since 900 s. */
export function rolloutPlan(
  steps: readonly Step[],
  options: Partial<Rollout> = {},
  startAt = 0,
  id: number | string = 1,
): RolloutPlan {
  const rollout = rolloutOf(steps, options);
  const todo = steps.filter((step) => step.weight >= startAt);
  return {
    kind: 'rollout',
    wish: wishOf(rollout),
    rollout,
    before: serving(id, at(startAt)),
    stable: STABLE,
    todo,
    liveSince: todo[0]?.weight === startAt ? 900_000 : undefined,
    known: [],
    doubts: [],
  };
}

export function splitPlan(target: TrafficSplit, before: Live): Extract<WritingPlan, { kind: 'deploy' }> {
  return { kind: 'deploy', wish: wishOf({ kind: 'split', split: target }), before, target, known: [], doubts: [] };
}

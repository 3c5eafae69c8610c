import type { Fault, FaultEffect, Quirks } from '../../emulator/emulator.js';

/** One run of the chaos suite, as plain data: a failure is printed with it and can be played again. */
export interface Scenario {
  readonly start: 'stable' | 'resumed' | 'nothing';
  readonly steps: string;
  readonly gate: 'none' | 'url' | 'header' | 'command';
  readonly canary: 'healthy' | 'failing' | 'half';
  readonly onFailure: string;
  readonly onInconclusive: string;
  readonly onCancel: string;
  readonly wait: boolean;
  readonly quirks: Partial<Quirks>;
  readonly faults: readonly Fault[];
  /** Sent when this many requests have arrived. */
  readonly kill: { readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'; readonly afterRequests: number } | undefined;
}

/** A small generator of random numbers that a seed replays (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const OPERATIONS = [
  'GetRoutine',
  'ListRoutineCodeVersions',
  'CreateRoutineCodeDeployment',
  'CreateRoutineCodeDeployment',
] as const;
const CODES = [
  'Throttling.User',
  'LockFailed',
  'InternalException',
  'ServiceUnavailable',
  'InvalidParameter',
  'Forbidden.RAM',
] as const;

/** Refused for good means not done: no fact allows a denied call that takes effect. */
const FINAL: ReadonlySet<string> = new Set(['InvalidParameter', 'Forbidden.RAM']);

export function scenarioFrom(seed: number, foreignVersion: string): Scenario {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const choice = () => pick(['rollback', 'rollback', 'hold']);
  const wait = random() < 0.85;
  const bake = () => pick(['', ' for 60ms', ' for 200ms']);
  const weights = pick([[5], [5, 50], [10, 100], [1, 20, 100], [100]]);
  const gate = pick(['none', 'url', 'header', 'command'] as const);
  const steps = weights.map((weight) => `${weight}%${weight === 100 && !wait ? '' : bake()}`);
  if (gate !== 'none' && steps.every((step) => !step.includes('for'))) steps[0] = `${weights[0]}% for 200ms`;
  const unbaked = gate !== 'none' && !wait && weights[0] === 100;
  return {
    start: pick(['stable', 'stable', 'resumed', 'nothing']),
    steps: unbaked ? '50% for 200ms' : steps.join(', '),
    gate,
    canary: pick(['healthy', 'healthy', 'failing', 'half']),
    onFailure: choice(),
    onInconclusive: choice(),
    onCancel: choice(),
    wait,
    quirks: quirksFrom(random, pick),
    faults: Array.from({ length: Math.floor(random() * 4) }, () => faultFrom(random, pick, foreignVersion)),
    kill:
      random() < 0.35
        ? { signal: pick(['SIGINT', 'SIGTERM', 'SIGKILL']), afterRequests: 1 + Math.floor(random() * 9) }
        : undefined,
  };
}

type Pick = <T>(values: readonly T[]) => T;

function quirksFrom(random: () => number, pick: Pick): Partial<Quirks> {
  return {
    lagReads: random() < 0.3 ? Math.floor(random() * 4) : 0,
    numericDeploymentId: random() < 0.3,
    omitDeploymentId: random() < 0.2,
    percentageAsString: random() < 0.2,
    versionOrder: pick(['asked', 'reversed']),
    neverDeployed: pick(['no-envs', 'no-env', 'no-code-deploy', 'no-code-versions']),
    omitCreateTimes: random() < 0.2,
  };
}

function faultFrom(random: () => number, pick: Pick, foreignVersion: string): Fault {
  const acts = random() < 0.5;
  const code = pick(CODES);
  const effects: readonly FaultEffect[] = [
    { kind: 'error', code, status: pick([400, 403, 500, 503]), acts: acts && !FINAL.has(code) },
    { kind: 'error', code: 'Throttling', retryAfter: 100 },
    { kind: 'html', status: 502, acts },
    { kind: 'reset' },
    { kind: 'lost' },
    { kind: 'truncated' },
    { kind: 'hang', acts },
    { kind: 'slow', ms: 100 },
    {
      kind: 'foreign',
      when: pick(['before', 'after']),
      env: 'production',
      codeVersions: [{ codeVersion: foreignVersion, percentage: 100 }],
    },
  ];
  return {
    operation: pick(OPERATIONS),
    skip: Math.floor(random() * 4),
    times: 1 + Math.floor(random() * 2),
    effect: pick(effects),
  };
}

import { randomFrom } from '../../../emulator/chance.js';
import type { Fault, FaultEffect, OddAnswer, Quirks } from '../../../emulator/emulator.js';
import { type Logs, logsFrom, NO_LOGS } from './logs.js';
import type { Who } from './people.js';

/** A fault of the emulator; who deploys is a word until there are versions. */
export type Happens = Omit<Fault, 'effect'> & {
  readonly effect: FaultEffect | { kind: 'person'; who: Who; when: 'before' | 'after'; lag: number };
};

type Name = 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** One run of the chaos suite, as plain data: a failure is printed with it and can be played again. */
export interface Scenario {
  readonly goal: 'rollout' | 'split-canary' | 'split-half';
  /** `odd-weight`: the canary is live at a weight that is no step. */
  readonly start: 'stable' | 'resumed' | 'odd-weight' | 'nothing';
  /** Whether the canary is the older version, and whether `allow-older` says that this is meant. */
  readonly older: 'no' | 'allowed' | 'unsaid';
  readonly expect: 'none' | 'right' | 'wrong';
  readonly weights: readonly number[];
  readonly steps: string;
  readonly gate: 'none' | 'url' | 'header' | 'command' | 'logs';
  /** What Log Service has, for a gate that asks it. */
  readonly logs: Logs;
  readonly mode: 'enforce' | 'observe';
  readonly canary: 'healthy' | 'failing' | 'half';
  /** What the edge draws by. */
  readonly edgeSeed: number;
  readonly onFailure: string;
  readonly onInconclusive: string;
  readonly onCancel: string;
  readonly wait: boolean;
  readonly quirks: Partial<Quirks>;
  readonly faults: readonly Happens[];
  /** The first when so many requests have arrived or ms have passed, the rest so many ms after the first. */
  readonly kill:
    | {
        readonly after: { readonly requests: number } | { readonly ms: number };
        readonly signals: readonly [Name, number][];
      }
    | undefined;
  readonly people: readonly {
    readonly who: Who;
    readonly lag: number;
    /** In ms since the beginning, or at this moment of the job, or of the schedule. */
    readonly at: number | 'before-post' | 'between-ticks';
  }[];
  /** Another run of the same routine, so many ms after the first began. */
  readonly second: { readonly goal: 'rollout' | 'split-half'; readonly at: number } | undefined;
  /** What the inputs name versions by: `latest` and `staging` where these are the canary and the stable. */
  readonly words: 'none' | 'commit' | 'latest';
}

type Pick = <T>(values: readonly T[]) => T;

const OPERATIONS = [
  'GetRoutine',
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
const PEOPLE: readonly Who[] = ['other', 'other-beside', 'earlier', 'ahead', 'higher', 'stable', 'canary'];
const JUNK = 'CAIS-session-token-that-nobody-may-see';

/** Refused, for good or for lack of room, means not done: no fact allows a denied call that takes effect. */
const FINAL: ReadonlySet<string> = new Set(['InvalidParameter', 'Forbidden.RAM', 'Throttling.User', 'LockFailed']);

/** As the runner sends them, and the same in a hurry. */
const CANCELLED: readonly (readonly [Name, number][])[] = [
  [['SIGINT', 0]],
  [['SIGTERM', 0]],
  [['SIGKILL', 0]],
  [['SIGKILL', 0]],
  [
    ['SIGINT', 0],
    ['SIGTERM', 7_500],
    ['SIGKILL', 10_000],
  ],
  [
    ['SIGINT', 0],
    ['SIGTERM', 150],
    ['SIGKILL', 400],
  ],
];

export function scenarioFrom(seed: number): Scenario {
  const random = randomFrom(seed);
  const pick: Pick = (values) => values[Math.floor(random() * values.length)] as (typeof values)[number];
  const below = (most: number) => Math.floor(random() * most);
  const choice = () => pick(['rollback', 'rollback', 'hold']);
  const goal = pick(['rollout', 'rollout', 'rollout', 'rollout', 'split-canary', 'split-half'] as const);
  const wait = random() < 0.85;
  const weights = pick([[5], [5, 50], [5, 25, 100], [10, 100], [1, 20, 100], [100]]);
  const gate = pick(['none', 'url', 'header', 'command', 'logs'] as const);
  // Logs have their second alone, and one that has just begun is asked for nothing.
  const [long, short] = gate === 'logs' ? ['2s', '1s'] : ['60ms', '20ms'];
  const bake = () => pick(['', ` for ${short}`, ` for ${long}`]);
  const steps = weights.map((weight) => `${weight}%${weight === 100 && !wait ? '' : bake()}`);
  if (gate !== 'none' && steps.every((step) => !step.includes('for'))) steps[0] = `${weights[0]}% for ${long}`;
  const unbaked = gate !== 'none' && !wait && weights[0] === 100;
  return {
    goal,
    start: pick(['stable', 'stable', 'stable', 'resumed', 'odd-weight', 'nothing']),
    older: pick(['no', 'no', 'no', 'no', 'no', 'no', 'allowed', 'unsaid']),
    expect: pick(['none', 'none', 'none', 'none', 'none', 'right', 'right', 'wrong']),
    weights: unbaked ? [50] : weights,
    steps: unbaked ? `50% for ${long}` : steps.join(', '),
    gate,
    logs: gate === 'logs' ? logsFrom(random) : NO_LOGS,
    canary: pick(['healthy', 'healthy', 'failing', 'half']),
    edgeSeed: seed,
    onFailure: choice(),
    onInconclusive: choice(),
    onCancel: choice(),
    wait,
    quirks: quirksFrom(random, pick),
    faults: Array.from({ length: below(4) }, () => happensFrom(random, pick)),
    kill:
      random() < 0.35
        ? {
            after: random() < 0.5 ? { requests: 1 + below(9) } : { ms: 150 + below(900) },
            signals: pick(CANCELLED),
          }
        : undefined,
    people: peopleFrom(random, pick, wait),
    second: random() < 0.1 ? { goal: pick(['rollout', 'split-half']), at: below(500) } : undefined,
    mode: gate === 'none' ? 'enforce' : pick(['enforce', 'enforce', 'observe'] as const),
    words: pick(['none', 'none', 'none', 'commit', 'latest'] as const),
  };
}

/**
 * One in three meets a person, and of those that a schedule runs every second one has the stable put back in between.
 */
function peopleFrom(random: () => number, pick: Pick, wait: boolean): Scenario['people'] {
  const lag = () => pick([0, 0, 1, 3]);
  const others = Array.from({ length: random() < 0.3 ? 1 : 0 }, () => ({
    who: pick(PEOPLE),
    lag: lag(),
    at: random() < 0.35 ? ('before-post' as const) : 150 + Math.floor(random() * 1_000),
  }));
  if (wait || random() < 0.5) return others;
  return [...others, { who: pick(['stable', 'stable', ...PEOPLE]), lag: lag(), at: 'between-ticks' }];
}

function quirksFrom(random: () => number, pick: Pick): Partial<Quirks> {
  return {
    lagReads: random() < 0.3 ? Math.floor(random() * 4) : 0,
    numericDeploymentId: random() < 0.3,
    omitDeploymentId: random() < 0.15,
    percentageAsString: random() < 0.2,
    versionOrder: pick(['asked', 'reversed']),
    neverDeployed: pick(['no-envs', 'no-env', 'no-code-deploy', 'no-code-versions']),
    omitCreateTimes: random() < 0.15,
  };
}

function happensFrom(random: () => number, pick: Pick): Happens {
  const operation = pick(OPERATIONS);
  const acts = random() < 0.5;
  const code = pick(CODES);
  const lost = pick(['InternalException', undefined]);
  const passing: readonly Happens['effect'][] = [
    { kind: 'error', code, status: pick([400, 403, 500, 503]), acts: acts && !FINAL.has(code) },
    { kind: 'error', code: 'Throttling', retryAfter: 100 },
    { kind: 'html', status: pick([502, 403, 404]), acts },
    { kind: 'reset' },
    { kind: 'lost' },
    { kind: 'truncated' },
    { kind: 'hang', acts },
    { kind: 'slow', ms: 100 },
  ];
  const late = {
    kind: 'late',
    ms: 50 + Math.floor(random() * 900),
    ...(lost !== undefined && { code: lost }),
  } as const;
  const odd = { kind: 'odd', how: pick(operation === 'GetRoutine' ? ODD_READS : ODD_WRITES) } as const;
  const person = {
    kind: 'person',
    who: pick(PEOPLE),
    when: pick(['before', 'after'] as const),
    lag: pick([0, 0, 1, 3]),
  } as const;
  const effects = [
    ...passing,
    person,
    person,
    person,
    odd,
    odd,
    ...(operation.startsWith('Create') ? [late, late] : []),
  ];
  const effect = pick(effects);
  return {
    operation,
    skip: Math.floor(random() * 5),
    // Two such answers in a row are what the action may believe.
    times: effect.kind === 'odd' || effect.kind === 'person' ? 1 : 1 + Math.floor(random() * 2),
    effect,
  };
}

const ODD_READS: readonly OddAnswer[] = [
  'capital-env',
  'envs-null',
  'all-zero',
  'zoneless',
  'date-behind',
  { requestId: JUNK },
];
const ODD_WRITES: readonly OddAnswer[] = ['empty', 'not-json', 'no-deployment-id', { requestId: JUNK }];

/** Half of the runs have the workflow's debug log on, in which each check has its line. */
export const isDebug = ({ edgeSeed }: { readonly edgeSeed: number }) => edgeSeed % 2 === 0;

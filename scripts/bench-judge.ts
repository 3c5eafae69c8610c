import { randomFrom } from '../emulator/chance.js';
import { sampleSize } from '../src/rollout/judge/sample.js';
import { type Check, judge } from '../src/rollout/judge/verdict.js';
import { type LogScene, stoppedByLogs } from './simulated-logs.js';

/**
 * The judge over simulated rollouts of the README's example, by the real rule and sample sizes, beside the rule that one
 * bad check is enough. Each row has the share of rollouts that are stopped, and at which check half of them are.
 */
const ROLLOUTS = Number(process.env['BENCH_ROLLOUTS'] ?? 300);
const INTERVAL = 15;
const SUCCESS_RATE = 99;
const STEPS = [
  { weight: 5, checks: 20 },
  { weight: 25, checks: 40 },
  { weight: 100, checks: 20 },
];

interface Outage {
  /** In seconds since the rollout began. */
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

interface Scene {
  readonly canary: number;
  readonly stable: number;
  readonly outage?: Outage;
}

interface Row extends Scene {
  readonly name: string;
  /** Share of rollouts that may be stopped, or have to be. */
  readonly most?: number;
  readonly least?: number;
  /** Half of the rollouts are stopped by this check. */
  readonly by?: number;
}

const GOOD = { most: 0.01 } as const;
const ROWS: readonly Row[] = [
  { name: '0.1 % / 0.1 %', canary: 0.001, stable: 0.001, ...GOOD },
  { name: '0.5 % / 0.5 %', canary: 0.005, stable: 0.005, ...GOOD },
  { name: '1 % / 1 %', canary: 0.01, stable: 0.01, ...GOOD },
  {
    name: 'outage of 30 s at 60 %',
    canary: 0.001,
    stable: 0.001,
    outage: { from: 120, to: 150, rate: 0.6 },
    most: 0.015,
  },
  {
    name: 'brown-out of 2 min at 20 %',
    canary: 0.001,
    stable: 0.001,
    outage: { from: 120, to: 240, rate: 0.2 },
    most: 0.015,
  },
  { name: 'the canary is the fix: 0.1 % / 20 %', canary: 0.001, stable: 0.2, ...GOOD },
  { name: '5 % / 0.1 %', canary: 0.05, stable: 0.001, least: 0.99 },
  { name: '10 % / 0.1 %', canary: 0.1, stable: 0.001, least: 0.99, by: 14 },
  { name: '20 % / 0.1 %', canary: 0.2, stable: 0.001, least: 0.99, by: 6 },
  { name: 'dead / 0.1 %', canary: 1, stable: 0.001, least: 0.99, by: 1 },
];

function checkOf({ canary, stable, outage }: Scene, weight: number, size: number, at: number, random: () => number) {
  const down = outage !== undefined && at > outage.from && at <= outage.to ? outage.rate : 0;
  const counts = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
  for (let request = 0; request < size; request += 1) {
    const who = random() * 100 < weight ? 'canary' : 'stable';
    const fails = random() < 1 - (1 - (who === 'canary' ? canary : stable)) * (1 - down);
    counts[who][fails ? 'bad' : 'good'] += 1;
  }
  return counts;
}

const GATE = {
  successRate: SUCCESS_RATE,
  interval: INTERVAL * 1_000,
  urls: 1,
  mark: 'x-commit',
  mode: 'enforce' as const,
};

/** The check at which the rollout is stopped; undefined where it is not. */
type Play = (scene: Scene, seed: number, marked: boolean) => number | undefined;

const byEvidence: Play = (scene, seed, marked) => {
  const random = randomFrom(seed);
  let [count, all]: [number, Check[]] = [0, []];
  for (const { weight, checks } of STEPS) {
    if (weight === 100) all = [];
    const here: Check[] = [];
    for (let one = 0; one < checks; one += 1) {
      count += 1;
      const seen = checkOf(scene, weight, sampleSize(weight), count * INTERVAL, random);
      const rest = { source: 'gate-url', cut: 0, unknown: 0, unnamed: 0, failures: [], weight } as const;
      const mixture = { good: seen.canary.good + seen.stable.good, bad: seen.canary.bad + seen.stable.bad };
      const check: Check = marked
        ? { ...rest, canary: seen.canary, stable: weight === 100 ? undefined : seen.stable }
        : { ...rest, canary: mixture, stable: undefined };
      all.push(check);
      here.push(check);
      if (judge(GATE, { all, here }, false).kind === 'unhealthy') return count;
    }
  }
  return undefined;
};

/** The rule before: the smallest sample that hits the canary, and one check below the success rate. */
const byOneCheck: Play = (scene, seed, marked) => {
  const random = randomFrom(seed);
  let count = 0;
  for (const { weight, checks } of STEPS) {
    const size = weight === 100 ? 1 : Math.ceil(Math.log(0.05) / Math.log(1 - weight / 100));
    for (let one = 0; one < checks; one += 1) {
      count += 1;
      const { canary, stable } = checkOf(scene, weight, size, count * INTERVAL, random);
      const [good, bad] = marked ? [canary.good, canary.bad] : [canary.good + stable.good, canary.bad + stable.bad];
      if (good * 100 < SUCCESS_RATE * (good + bad)) return count;
    }
  }
  return undefined;
};

function stopped(play: Play, scene: Scene, marked: boolean): { share: number; median: number } {
  const ends = Array.from({ length: ROLLOUTS }, (_, index) => play(scene, 7_919 * (index + 1), marked));
  const at = ends.filter((end) => end !== undefined).toSorted((one, other) => one - other);
  return { share: at.length / ROLLOUTS, median: at[Math.floor(ROLLOUTS / 2)] ?? Number.POSITIVE_INFINITY };
}

const shown = ({ share, median }: ReturnType<typeof stopped>) =>
  `${(100 * share).toFixed(1).padStart(6)} %${Number.isFinite(median) ? `, check ${median}` : ''}`.padEnd(20);

/** Of so few rollouts a share is not exact. */
const ERROR = 3 * Math.sqrt(0.01 / ROLLOUTS);

console.log(
  `stopped of ${ROLLOUTS} simulated rollouts, and by which check half of them were: by evidence | by one check`,
);
for (const marked of [true, false]) {
  console.log(marked ? 'with a version header' : 'without');
  for (const row of ROWS) {
    const now = stopped(byEvidence, row, marked);
    console.log(`  ${row.name.padEnd(36)} ${shown(now)} | ${shown(stopped(byOneCheck, row, marked))}`);
    const { most = 1, least = 0, by = Number.POSITIVE_INFINITY } = marked ? row : {};
    if (now.share > most + ERROR || now.share < least - ERROR || now.median > by) {
      console.error(`missed: ${row.name} may be stopped in ${most} of rollouts, must be in ${least}, by check ${by}`);
      process.exitCode = 1;
    }
  }
}

const LOG_ROWS: readonly (LogScene & { readonly name: string; readonly within: number; readonly least?: number })[] = [
  { name: '5 % / 0.1 %', canary: 0.05, stable: 0.001, within: 120, least: 0.95 },
  { name: '3 % / 0.1 %', canary: 0.03, stable: 0.001, within: 240, least: 0.95 },
  { name: '0.5 % / 0.5 %', canary: 0.005, stable: 0.005, within: 300 },
  {
    name: '0.1 % / 0.1 %, 30 s at 60 %',
    canary: 0.001,
    stable: 0.001,
    outage: { from: 120, to: 150, rate: 0.6 },
    within: 300,
  },
];

console.log(
  'by gate-logs at 5 % of 100 requests a second, a fifth of the logs 20 s late: stopped, half of them within',
);
for (const { name, within, least, ...scene } of LOG_ROWS) {
  const ends = Array.from({ length: ROLLOUTS }, (_, index) =>
    stoppedByLogs(scene, randomFrom(7_919 * (index + 1)), within),
  );
  const at = ends.filter((end) => end !== undefined).toSorted((one, other) => one - other);
  const share = at.length / ROLLOUTS;
  const median = at[Math.floor(ROLLOUTS / 2)];
  console.log(
    `  ${name.padEnd(36)} ${(100 * share).toFixed(1).padStart(6)} % within ${within} s${median === undefined ? '' : `, ${median} s`}`,
  );
  if (least === undefined ? share > 0.01 + ERROR : share < least - ERROR) {
    console.error(`missed: ${name} may be stopped in 1 % of rollouts, or has to be in ${least}`);
    process.exitCode = 1;
  }
}

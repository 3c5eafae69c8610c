import { always, type Bench, type Check } from '../bench.js';
import { type Edge, type EdgeAnswer, type Mark, markBetween, servedBy } from '../edge.js';
import { type Finding, strange, told, unknown } from '../finding.js';

const FACTS = ['version-header', 'edge-delay'] as const;

/** So many answers in a row, all alike, are taken for the version that was deployed last. */
const IN_A_ROW = 10;
/** Longest time until they are there, in ms. */
const PATIENCE = 60_000;
const MOST_PROBES = 140;
/** So many without an answer, and none before with one, are enough. */
const MOST_LOST = 5;

/** One version at a time, and the edge asked until it serves it. */
export const edge: Check = {
  title: 'What the edge serves, and since when',
  facts: FACTS,
  writes: true,
  cost: { writes: 4, reads: 4 * 3 + 2, probes: 2 * IN_A_ROW + 3 * MOST_PROBES },
  leftOut: always,
  run: async (bench) => {
    const found = await marked(bench);
    if (typeof found !== 'string') return found;
    bench.known.unmarked = found;
    return FACTS.map((fact) => unknown(fact, found));
  },
};

/** Text where the versions cannot be told apart. */
async function marked(bench: Bench): Promise<readonly Finding[] | string> {
  const opened = await bench.edge();
  if (typeof opened === 'string') return opened;
  const ofA = await servedAlone(bench, opened);
  if (typeof ofA === 'string') return ofA;
  const first = await change(bench, opened, bench.b, (answers) => markBetween(ofA, answers) !== undefined);
  if (first === undefined) return 'a write was not accepted';
  const mark = markBetween(ofA, first.answers.slice(-IN_A_ROW));
  if (mark === undefined) return alike(bench, ofA);
  const changes = [{ ...first, to: 'b' as 'a' | 'b' }];
  for (const to of ['a', 'b'] as const) {
    const one = await change(bench, opened, bench[to], (answers) =>
      answers.every((answer) => servedBy(answer, mark) === to),
    );
    if (one !== undefined) changes.push({ ...one, to });
  }
  const back = changes.find(({ to }) => to === 'a');
  if (back === undefined) return 'a write was not accepted';
  // Else it changed by itself.
  if (!back.answers.some((answer) => servedBy(answer, mark) === 'a'))
    return `what answers does not change with the version for ${PATIENCE / 1_000} s: ${whereElse(bench)}`;
  bench.known.mark = mark;
  return [versionHeader(bench, ofA, first.answers.slice(-IN_A_ROW)), delay(bench, mark, changes)];
}

/** What else may be why. */
function whereElse({ options: { url, env } }: Bench): string {
  return url === undefined
    ? `the edge may take longer, or the routine's own address does not serve ${env} here; --url names another`
    : `the edge may take longer, or --url is no address that this routine serves in ${env}`;
}

function alike(bench: Bench, ofA: readonly EdgeAnswer[]): string {
  const statuses = new Set(ofA.map((answer) => (answer.kind === 'answered' ? answer.status : 0)));
  const seen = `both versions answer alike for ${PATIENCE / 1_000} s (HTTP ${[...statuses].join(', ')})`;
  // Those that were uploaded do not.
  if (bench.options.upload) return `${seen}, and those that were uploaded do not: ${whereElse(bench)}`;
  return `${seen}: they may be no different, which --upload's are; or ${whereElse(bench)}`;
}

/** Answers while version a has been live for a while; text where the edge gives none. */
async function servedAlone(
  { deploy, settle, a, target, pace, options: { url } }: Bench,
  { ask }: Edge,
): Promise<EdgeAnswer[] | string> {
  const split = [{ version: a, weight: 100 }];
  await deploy(split);
  if ((await settle(split)) === undefined) return 'one version alone did not show';
  await target.clock.sleep(PATIENCE / 2);
  const answers: EdgeAnswer[] = [];
  for (let probe = 0; probe < 2 * IN_A_ROW; probe += 1) {
    await pace();
    answers.push(await ask('alone'));
    // Each that is never answered takes long.
    if (answers.length === MOST_LOST && answers.every(({ kind }) => kind === 'lost')) break;
  }
  const lost = answers.filter((answer) => answer.kind === 'lost');
  const [first] = lost;
  const advice = url === undefined ? '--url names another address' : 'check --url';
  if (first !== undefined && lost.length > answers.length / 2)
    return `the edge could not be asked: ${first.why}; ${advice}`;
  const status = answers.find((answer) => answer.kind === 'answered')?.status ?? 0;
  if (status >= 300 && status < 400) return `the edge answered with a redirect, HTTP ${status}; ${advice}`;
  if (status === 401 || status === 403) return `the edge answered HTTP ${status}, so nobody may ask there; ${advice}`;
  return answers.filter((answer) => answer.kind === 'answered');
}

interface Change {
  readonly answers: readonly EdgeAnswer[];
  /** When each was asked for, in ms since the write was accepted. */
  readonly times: readonly number[];
}

/** Deploys one version alone, and asks the edge at once, until the last answers are right or patience ends. */
async function change(
  { deploy, settle, target: { clock }, pace }: Bench,
  { ask }: Edge,
  version: string,
  isRight: (answers: readonly EdgeAnswer[]) => boolean,
): Promise<Change | undefined> {
  const split = [{ version, weight: 100 }];
  if ((await deploy(split)).kind !== 'answer') return undefined;
  const since = clock.now();
  const [answers, times]: [EdgeAnswer[], number[]] = [[], []];
  while (answers.length < MOST_PROBES && clock.now() - since < PATIENCE) {
    await pace();
    times.push(clock.now() - since);
    answers.push(await ask('alone'));
    if (answers.length >= IN_A_ROW && isRight(answers.slice(-IN_A_ROW))) break;
  }
  await settle(split);
  return { answers, times };
}

function versionHeader({ a, b }: Bench, ofA: readonly EdgeAnswer[], ofB: readonly EdgeAnswer[]): Finding {
  const names = (answers: readonly EdgeAnswer[], version: string) =>
    answers.map((answer) =>
      answer.kind === 'answered'
        ? [...answer.marks]
            .filter(([name, value]) => name.startsWith('header ') && value.includes(version))
            .map(([name]) => name)
        : [],
    );
  const inAll = [...names(ofA, a), ...names(ofB, b)].reduce((common, one) =>
    common.filter((name) => one.includes(name)),
  );
  const [found] = inAll;
  return found === undefined
    ? told('version-header', 'none that holds the code version', { versionHeader: false })
    : told('version-header', `${found} holds the code version`, { versionHeader: true });
}

/** The time until the first answer after which no other came of the version before. */
function delay(bench: Bench, mark: Mark, changes: readonly (Change & { readonly to: 'a' | 'b' })[]): Finding {
  const fact = 'edge-delay';
  const times = changes.map(({ answers, times: asked, to }) => {
    const served = answers.map((answer) => servedBy(answer, mark));
    const last = served.lastIndexOf(to === 'a' ? 'b' : 'a');
    return served.at(-1) === to
      ? last === -1
        ? 0
        : (asked[last + 1] ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
  });
  const longest = Math.max(...times);
  if (!Number.isFinite(longest))
    return strange(fact, `not all requests were served by the new version within ${PATIENCE / 1_000} s`);
  bench.known.edgeDelay = longest;
  const sorted = times.toSorted((one, other) => one - other);
  const text = sorted.map((time) => (time === 0 ? 'at once' : `${(time / 1_000).toFixed(1)} s`)).join(', ');
  return told(fact, `${text}; asked twice a second`, { edgeDelay: sorted[Math.floor(sorted.length / 2)] ?? longest });
}

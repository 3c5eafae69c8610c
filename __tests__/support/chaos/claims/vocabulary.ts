import { named } from '../inputs.js';
import { type Facts, jobOf, same, type View } from '../truth.js';
import { foreign, nothing, S, sent, so, split, stableAlone, stableIn, wasCancelled } from './checks.js';
import { SAID_OF_LIVE } from './said-of-live.js';
import { SAID_OF_TIME } from './said-of-time.js';
import { SAID_OF_WRITES } from './said-of-writes.js';

/**
 * The one table of the action's sentences: each that claims something, and what must be so for it to be true. The
 * groups of a pattern are what it names. A sentence that claims something and is not here fails the oracle, so that
 * both change together.
 */
export interface Claim {
  readonly says: RegExp;
  /** Undefined when it is so; otherwise what is untrue of it. */
  readonly untrue: (named: readonly string[], view: View, facts: Facts) => string | undefined;
}

export const CLAIMS: readonly Claim[] = [
  ...SAID_OF_LIVE,
  ...SAID_OF_WRITES,
  ...SAID_OF_TIME,
  // Why.
  {
    says: /The gate failed:/,
    untrue: (_, _view, facts) => so(mayFail(facts), 'no gate could fail') ?? acts(facts),
  },
  {
    says: /(\d+) of the last (\d+) (?:answers?|checks?)(?: of the canary| by `gate-command`)? failed[^(;]*\(in all (\d+) of (\d+)/,
    untrue: ([failed, latest, inAll, all]) =>
      so(Number(latest) < Number(all), 'those are all that it gave') ??
      so(Number(failed) <= Math.min(Number(latest), Number(inAll)), 'fewer failed in all'),
  },
  {
    says: /The gate could not measure the canary:/,
    untrue: (_, _view, facts) => so(facts.scenario.gate !== 'none', 'there is no gate') ?? acts(facts),
  },
  {
    says: /In observe mode: would have (been rolled back|been held|baked on) at (\d+) %, after \w+: /,
    untrue: ([what, weight], view, facts) => unlikely(what ?? '', Number(weight), view, facts),
  },
  {
    says: /[Bb]efore the first step:? (\d+) of (\d+) answers? of the stable(?: \d+)? failed/,
    untrue: ([failed, all], view, facts) => misasked(Number(failed), Number(all), view, facts),
  },
  {
    says: /Before the first step: no answer of the stable \d+/,
    untrue: (_, view, facts) => misasked(0, 0, view, facts),
  },
  {
    says: /The gate only observes: it tells what it would have done, and stops nothing/,
    untrue: (_, _view, { scenario }) => so(scenario.mode === 'observe', 'it acts'),
  },
  {
    says: /The rollout was cancelled:|Cancelled; |Cancelled before|Cancelled: the runner sent|Left unfinished: the run/,
    untrue: (_, view, facts) => so(wasCancelled(view, facts), 'nobody sent a signal'),
  },
  {
    says: /What is live could not be read:/,
    untrue: (_, view, facts) =>
      so(
        jobOf(facts, view.run).some(({ run }) =>
          run.requests.some(({ action, showed }) => action === 'GetRoutine' && showed === undefined),
        ),
        'every look was answered',
      ),
  },
  {
    says: /A step could not be deployed:/,
    untrue: (_, view, facts) =>
      so(
        sent(view, facts).some(
          ({ accepted, made, at }) => !accepted || (made !== undefined && view.run.end - at > 29_000),
        ),
        'every step was deployed',
      ),
  },
  {
    says: /`(latest|staging|commit:\w+)` is (\d+)/,
    untrue: ([word, version = ''], _, facts) =>
      so(word === named(version, facts.scenario, facts), 'that word is another version'),
  },
  {
    says: /`latest` passes over version "?(\d+)"?, which is newer than (\d+): its status is/,
    untrue: ([over, version], _, { scenario, other, canary }) =>
      so(scenario.words === 'latest' && over === other && version === canary, 'it passes over nothing else'),
  },
  { says: /A fault in the action itself|a fault in the action itself/, untrue: () => 'there is to be none' },
  { says: /Rolling out|Going on with|Deploying "?hello/, untrue: nothing },
  {
    says: /(?:No longer refused|Still refused|Given up|Refused to the end) after [\d.]+ \w+, in which (one|\d+) requests? w(?:as|ere) refused/,
    untrue: ([count], { run }) => {
      const refused = run.requests.filter(isThrottled).length;
      return so((count === 'one' ? 1 : Number(count)) <= refused, `${refused} were`);
    },
  },
  {
    says: /^(\d+) of (\d+) requests failed: (.*); waited [\d.]+ \w+ to try again/,
    untrue: ([failed, all, codes], { run }) => miscounted(run, Number(failed), Number(all), codes ?? ''),
  },

  // The way back.
  {
    says: /To restore the stable, run this action with `versions: (\d+)=100`/,
    untrue: ([version], view, facts) => so(version === stableIn(view, facts), 'that is not the stable'),
  },
  {
    says: /`versions: (\d+)=100` restores the stable/,
    untrue: ([version], view, facts) => so(version === stableIn(view, facts), 'that is not the stable'),
  },
  {
    says: /`versions: (\d+)=100` promotes the canary/,
    untrue: ([version], view, facts) =>
      so(version === facts.canary, 'that is not the canary') ??
      so(!/The gate failed:/.test(view.run.outputs['reason'] ?? view.run.log), 'its gate has just failed'),
  },
  {
    says: new RegExp(`\`versions: ${S}\` restores it`),
    untrue: ([text], view, facts) =>
      so(
        foreign(view, facts).some((made) => same(made.split, split(text))),
        'nobody else deployed that',
      ),
  },
  {
    says: /There was nothing live before/,
    untrue: (_, view) => so(same(view.before?.split ?? {}, {}), 'something was live'),
  },
];

/** A canary that is well fails too while the site is down. */
const mayFail = ({ scenario: { gate, canary, logs } }: Facts) =>
  gate !== 'none' && (canary !== 'healthy' || (gate === 'logs' && logs.outage !== undefined));

const acts = ({ scenario }: Facts) => so(scenario.mode === 'enforce', 'the gate only observes');

/** The canary had that weight, and what would have been done is what one of the inputs asks for. */
function unlikely(what: string, weight: number, { before, own }: View, facts: Facts): string | undefined {
  const { mode, gate, onFailure, onInconclusive } = facts.scenario;
  const asked = { 'been rolled back': 'rollback', 'been held': 'hold' }[what];
  return (
    so(mode === 'observe' && gate !== 'none', 'no gate observes') ??
    so(asked === undefined || [onFailure, onInconclusive].includes(asked), 'nobody asked for that') ??
    so(
      [before, ...own].some((made) => made?.split[facts.canary] === weight),
      `the canary never had ${weight} %`,
    )
  );
}

/** The stable was alone when it was asked, nobody could tell it apart later, and no more answers failed than ever did. */
function misasked(failed: number, all: number, { before }: View, facts: Facts): string | undefined {
  const ever = Object.values(facts.failures).reduce((sum, one) => sum + one, 0);
  return (
    so(facts.scenario.gate === 'url', 'the versions can be told apart, or no URL is asked') ??
    so(stableAlone(before, facts), 'the stable did not serve alone') ??
    so(failed <= Math.min(all, ever), `${ever} answers failed in all`)
  );
}

/** Against what the service was asked, and how it answered. */
function miscounted(
  { requests, logRequests }: View['run'],
  failed: number,
  all: number,
  codes: string,
): string | undefined {
  const bad = [
    ...requests.filter(({ status, fault = 'none' }) => status !== 200 || !FINE.has(fault)),
    ...logRequests.filter(({ status, progress }) => status !== 200 || progress !== 'Complete'),
  ];
  const made = requests.length + logRequests.length;
  const throttled = requests.filter(({ code = '' }) => code.startsWith('Throttling')).length;
  const said = /Throttling[\w.]*(?: (\d+) times)?/.exec(codes);
  return (
    so(failed <= bad.length, `${bad.length} did`) ??
    so(all <= made, `there were ${made}`) ??
    so(said === null || Number(said[1] ?? 1) <= throttled, `${throttled} were throttled`)
  );
}

/** Codes that ask for patience. */
const isThrottled = ({ code = '' }: { readonly code?: string }) =>
  /^(?:Throttling|Rejected\.Throttling|LockFailed|TooManyRequests|Site\.ServiceBusy)/.test(code);

/** Such answers are as good as any other. */
const FINE: ReadonlySet<string> = new Set(['none', 'slow', 'foreign']);

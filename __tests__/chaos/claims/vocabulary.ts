import { type Facts, jobOf, same, type View } from '../truth.js';
import { foreign, nothing, S, sent, so, split, stableIn, wasCancelled } from './checks.js';
import { SAID_OF_LIVE } from './said-of-live.js';

/**
 * The one table of the action's sentences: each that claims something, and what must be so for it to be true. The
 * groups of a pattern are what it names. A sentence that claims something and is not here fails the oracle, so that both
 * change together.
 */
export interface Claim {
  readonly says: RegExp;
  /** Undefined when it is so; otherwise what is untrue of it. */
  readonly untrue: (named: readonly string[], view: View, facts: Facts) => string | undefined;
}

export const CLAIMS: readonly Claim[] = [
  ...SAID_OF_LIVE,
  // Why.
  {
    says: /The gate failed:/,
    untrue: (_, _view, facts) =>
      so(facts.scenario.gate !== 'none' && facts.scenario.canary !== 'healthy', 'no gate could fail'),
  },
  {
    says: /The gate could not measure the canary:/,
    untrue: (_, _view, facts) => so(facts.scenario.gate !== 'none', 'there is no gate'),
  },
  {
    says: /The rollout was cancelled:|Cancelled; |Cancelled before|Cancelled: the run(?:ner sent| before)|Left unfinished: the run/,
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
  { says: /Rolling out|Going on with|Deploying "?hello/, untrue: nothing },

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
    untrue: ([version], _, facts) => so(version === facts.canary, 'that is not the canary'),
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

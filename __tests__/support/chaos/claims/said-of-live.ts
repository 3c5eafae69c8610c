import { followed } from '../followed.js';
import { jobOf, mayCallLive, same } from '../truth.js';
import { foreign, ID, isFollowed, leftAlone, live, read, readLast, S, sent, so, split } from './checks.js';
import { millisecondsIn, stepBelow } from './said-of-time.js';
import type { Claim } from './vocabulary.js';

/** Sentences on what is live and who deployed it. */
export const SAID_OF_LIVE: readonly Claim[] = [
  // What somebody else made of the rollout.
  {
    says: /Somebody else moved the canary to (\d+) %: adopted(?:, and bakes for (\w+) from now on)?/,
    untrue: ([weight, bake = ''], view, facts) => {
      const like = stepBelow(facts.scenario.steps, Number(weight));
      return (
        so(
          followed(facts, jobOf(facts, view.run)).some(({ split: one }) => one[facts.canary] === Number(weight)),
          'nobody else gave it more, or that is not to be gone on from',
        ) ?? so(millisecondsIn(bake) === like.bake, `the step below it bakes for ${like.bake} ms`)
      );
    },
  },
  {
    says: new RegExp(`Somebody else (?:promoted the canary|restored the stable): production serves ${S}(?: again)?\\.`),
    untrue: ([text], view, facts) =>
      so(
        foreign(view, facts).some((made) => same(made.split, split(text))),
        'nobody else did',
      ) ?? live(view, text),
  },
  {
    says: /Somebody else promoted the canary before its steps were through/,
    untrue: (_, view, facts) =>
      so(
        foreign(view, facts).some(({ split: one }) => one[facts.canary] === 100),
        'nobody else did',
      ),
  },
  {
    says: /Somebody else moved it there/,
    untrue: (_, view, facts) =>
      so(
        followed(facts, jobOf(facts, view.run)).some((made) => mayCallLive(view).includes(made)),
        'nobody else did',
      ),
  },
  {
    says: /No gate watched it/,
    untrue: (_, _view, { scenario }) => so(scenario.gate === 'none', 'one did'),
  },
  {
    says: /The gate had made (?:one check|(\d+) checks) by then, not enough to find against it/,
    untrue: ([count = '1'], view, facts) =>
      so(facts.scenario.gate !== 'none', 'there is no gate') ??
      so(facts.scenario.gate !== 'command' || Number(count) <= view.run.checks.length, 'it was asked less often'),
  },
  {
    says: /No check had been made by then/,
    untrue: (_, view, { scenario }) =>
      so(scenario.gate !== 'command' || view.run.checks.length === 0, 'the gate was asked'),
  },
  {
    says: /The gate had found against it by then/,
    untrue: (_, view) => so(/The gate failed:/.test(view.run.outputs['reason'] ?? view.run.log), 'it had not'),
  },

  // What is live.
  {
    says: new RegExp(
      `"?hello"? in production serves ${S} by deployment ${ID}(?: \\(the write was answered with ${ID}\\))?, as read back from the service`,
    ),
    untrue: ([text, id], view) => live(view, text, id),
  },
  {
    says: new RegExp(`"?hello"? in production serves ${S}, as read back from the service`),
    untrue: ([text], view) => live(view, text),
  },
  {
    says: new RegExp(`Somebody else deployed meanwhile: production serves ${S}\\.`),
    untrue: ([text], view, facts) =>
      so(
        foreign(view, facts).some((made) => same(made.split, split(text))),
        'nobody else deployed that',
      ) ?? live(view, text),
  },
  { says: new RegExp(`production serves ${S} again`), untrue: ([text], view) => live(view, text) },
  { says: new RegExp(`production serves ${S}, and stays as it is`), untrue: ([text], view) => live(view, text) },
  {
    says: new RegExp(
      `(?:production serves|Live now:) ${S} \\((?:deployment ${ID}|without a deployment)(?: of [^)]*)?\\)`,
    ),
    untrue: ([text, id], view, facts) => read(view, facts, text, id),
  },
  { says: new RegExp(`production serves ${S}`), untrue: ([text], view) => live(view, text) },
  { says: /Live now: nothing/, untrue: (_, view, facts) => read(view, facts, 'nothing', '') },
  {
    says: /Nothing was live before, so it went there at once/,
    untrue: (_, view) => so(same(view.before?.split ?? {}, {}), 'something was live'),
  },
  {
    says: new RegExp(`last seen to serve ${S}, which somebody else deployed`),
    untrue: ([text], view, facts) =>
      so(
        foreign(view, facts).some((made) => same(made.split, split(text))),
        'nobody else did',
      ),
  },
  {
    says: new RegExp(`was last seen to serve ${S}`),
    untrue: ([text], view) =>
      so(
        view.reads.length === 0 || view.reads.some(({ showed }) => same(showed.split, split(text))),
        'no read showed it',
      ),
  },
  {
    says: /What is live can no longer be read/,
    untrue: (_, view) => so(!readLast(view), 'the last look was answered'),
  },
  {
    says: /Nothing is live yet: the canary goes to 100 % at once, and there is nothing to roll back to\./,
    untrue: (_, view) => so(same(view.before?.split ?? {}, {}), 'something was live'),
  },
  {
    says: /version "?(\d+)"? is older than "?(\d+)"?, which serves alone, and a workflow that is run again must not take the environment back in silence/,
    untrue: ([older, newer], view, { canary }) =>
      so(same(view.before?.split ?? {}, { [newer ?? '']: 100 }), 'that is not what serves alone') ??
      so(older === canary && BigInt(older) < BigInt(newer ?? ''), 'it is not the older'),
  },
  {
    says: /version "?(\d+)"? is the stable of a rollout of the newer "?(\d+)"?, both/,
    untrue: ([older, newer], view, { canary }) =>
      so((view.before?.split[newer ?? ''] ?? 0) > 0, 'that one is not live') ??
      so(older === canary && BigInt(older) < BigInt(newer ?? ''), 'it is not the older'),
  },

  // Who deployed.
  {
    says: /Somebody else deployed meanwhile\./,
    untrue: (_, view, facts) => so(foreign(view, facts).length > 0, 'nobody else has deployed'),
  },
  {
    says: new RegExp(`What somebody else deployed, ${S}(?: \\(deployment ${ID}\\))?, was written over`),
    untrue: ([text, id], view, facts) =>
      so(
        foreign(view, facts).some(
          (made) =>
            same(made.split, split(text)) && (id === undefined || made.id === id) && isFollowed(made, view, facts),
        ),
        'no write of this run followed it',
      ),
  },
  {
    says: /Or it is a write of this run that landed late, since its answer was lost/,
    untrue: (_, view, facts) =>
      so(
        sent(view, facts).some(
          (write) => !write.accepted && view.reads.some(({ showed }) => same(showed.split, write.split)),
        ),
        'no write of this run has that split and lost its answer',
      ),
  },
  {
    says: /Or it is a write of this run that landed late, since its answer did not name it/,
    untrue: (_, view, facts) =>
      so(
        sent(view, facts).some(
          (write) => write.accepted && view.reads.some(({ showed }) => same(showed.split, write.split)),
        ),
        'no write of this run has that split and was accepted',
      ),
  },
  { says: /It was left alone/, untrue: (_, view, facts) => leftAlone(view, facts) },
  {
    says: /somebody else has deployed since/,
    untrue: (_, view, { history, scenario }) =>
      so(scenario.expect === 'wrong' || view.before !== history[0], 'nobody has'),
  },
];

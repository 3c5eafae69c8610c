import { mayCallLive, same, WRITE } from '../truth.js';
import {
  foreign,
  ID,
  isFollowed,
  leftAlone,
  live,
  read,
  readLast,
  S,
  sent,
  so,
  split,
  took,
  unwritten,
  wasCancelled,
} from './checks.js';
import type { Claim } from './vocabulary.js';

/** Sentences on what is live and who deployed it. */
export const SAID_OF_LIVE: readonly Claim[] = [
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
  {
    says: new RegExp(`Somebody else deployed to "?hello"? in production meanwhile: production serves ${S}\\.`),
    untrue: ([text], view, facts) =>
      so(
        foreign(view, facts).some((made) => same(made.split, split(text))),
        'nobody else deployed that',
      ) ?? live(view, text),
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
    says: new RegExp(`The canary serves (\\d+) % \\(${S}\\), and bakes for \\d+ s more`),
    untrue: ([weight, text], view, facts) =>
      so(split(text)[facts.canary] === Number(weight), 'that is another weight') ?? live(view, text),
  },
  {
    says: new RegExp(`${S} (?:is|was) live (?:in production )?already; nothing was written`),
    untrue: ([text], view) => live(view, text) ?? unwritten(view),
  },
  {
    says: /Nothing was live before, so it went there at once/,
    untrue: (_, view) => so(same(view.before?.split ?? {}, {}), 'something was live'),
  },
  {
    says: /What is live can no longer be read/,
    untrue: (_, view) => so(!readLast(view), 'the last look was answered'),
  },
  {
    says: /What is live in production now is unknown/,
    untrue: (_, view) => so(!readLast(view), 'the last look was answered'),
  },
  {
    says: /What the rollout left cannot be read/,
    untrue: (_, view) => so(!readLast(view), 'the last look was answered'),
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
  { says: /It was left alone/, untrue: (_, view, facts) => leftAlone(view, facts) },
  { says: /Left alone: somebody has deployed/, untrue: (_, view, facts) => leftAlone(view, facts) },
  {
    says: /somebody else has deployed since/,
    untrue: (_, view, { history, scenario }) =>
      so(scenario.expect === 'wrong' || view.before !== history[0], 'nobody has'),
  },

  // What this run did.
  {
    says: /Cancelled before anything was written/,
    untrue: (_, view, facts) => unwritten(view) ?? so(wasCancelled(view, facts), 'nobody sent a signal'),
  },
  {
    says: /Nothing to put back/,
    untrue: (_, view, facts) =>
      so(
        !mayCallLive(view).every((made) => (made.split[facts.canary] ?? 0) > 0 && !foreign(view, facts).includes(made)),
        'the canary is live',
      ),
  },
  {
    says: /(?:Nothing was written|before anything was written|nothing was written)/,
    untrue: (_, view) => unwritten(view),
  },
  {
    says: /No write took effect that shows/,
    untrue: (_, view) => so(!view.reads.some(({ showed }) => view.own.includes(showed)), 'a read showed one'),
  },
  {
    says: new RegExp(`Accepted: ${S} as deployment ${ID}`),
    untrue: ([text, id], view) =>
      so(
        view.own.some((made) => made.id === id && same(made.split, split(text))),
        'no write of this run made it',
      ),
  },
  {
    says: new RegExp(`Accepted: ${S}`),
    untrue: ([text], view) =>
      so(
        view.writes.some((write) => write.made !== undefined && same(write.split, split(text))),
        'no write of this run made it',
      ),
  },
  {
    says: new RegExp(`The service accepted ${S}(?: \\(RequestId [^)]*\\))?, but (\\d+) s later production serves ${S}`),
    untrue: ([text, , now], view) =>
      so(
        view.writes.some((write) => took(write) && same(write.split, split(text))),
        'it did not',
      ) ??
      so(
        view.reads.at(-1) !== undefined && same(view.reads.at(-1)?.showed.split ?? {}, split(now)),
        'the last look showed another',
      ),
  },
  {
    says: new RegExp(`(?:the|The) service accepted ${S}`),
    untrue: ([text], view) =>
      so(
        view.writes.some((write) => took(write) && same(write.split, split(text))),
        'it did not',
      ),
  },
  {
    says: /the service accepted a step and does not show it/,
    untrue: (_, view) =>
      so(
        view.writes.some(({ accepted }) => accepted),
        'it did not',
      ),
  },
  {
    says: new RegExp(`${S} was accepted(?: since| and has not shown)`),
    untrue: ([text], view, facts) =>
      so(
        sent(view, facts).some((write) => took(write) && same(write.split, split(text))),
        'it was not',
      ),
  },
  {
    says: new RegExp(`${S} was sent since and may be live`),
    untrue: ([text], view, facts) =>
      so(
        sent(view, facts).some((write) => same(write.split, split(text))),
        'it was not sent',
      ),
  },
  {
    says: new RegExp(`whether ${S} was deployed is unknown`),
    untrue: ([text], view, facts) =>
      so(
        sent(view, facts).some((write) => !write.accepted && same(write.split, split(text))),
        'it was answered, or never sent',
      ),
  },
  { says: /[Ii]t may still show/, untrue: (_, view, facts) => so(sent(view, facts).length > 0, 'nothing was sent') },
  {
    says: /The rollback failed too/,
    untrue: (_, view, facts) =>
      so(
        sent(view, facts).some(({ split: one }) => one[facts.canary] === undefined),
        'no rollback was sent',
      ),
  },
  { says: /The last step held/, untrue: (_, view) => so(view.run.wish.kind === 'rollout', 'there are no steps') },
  {
    says: new RegExp(`${WRITE} failed(?: after \\d+ attempts)?:`),
    untrue: (_, view, facts) =>
      so(
        sent(view, facts).some(({ accepted }) => !accepted),
        'none failed',
      ),
  },
];

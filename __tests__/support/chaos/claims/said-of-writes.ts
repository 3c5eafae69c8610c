import { otherId } from '../../../../emulator/operations/deployments.js';
import { type Facts, jobOf, same, type View, WRITE, type Write } from '../truth.js';
import { ID, live, readLast, S, sent, so, split, took, unseen, unwritten, wasCancelled } from './checks.js';
import type { Claim } from './vocabulary.js';

/** Sentences on what the run wrote, and on what became of it. */
export const SAID_OF_WRITES: readonly Claim[] = [
  {
    says: new RegExp(`${S} (?:is|was) live (?:in production )?already; nothing was written`),
    untrue: ([text], view) => live(view, text) ?? unwritten(view),
  },
  {
    says: /Nothing was rolled back\./,
    untrue: (_, view, facts) =>
      so(!readLast(view), 'the last look was answered') ??
      so(!sent(view, facts).some((write) => write.split[facts.canary] === undefined), 'a rollback was sent'),
  },
  {
    says: /Cancelled before anything was written/,
    untrue: (_, view, facts) => unwritten(view) ?? so(wasCancelled(view, facts), 'nobody sent a signal'),
  },
  {
    says: /(?:Nothing was written|before anything was written|nothing was written)/,
    untrue: (_, view) => unwritten(view),
  },
  {
    says: /No write of this run took effect/,
    untrue: (_, view) =>
      so(view.own.length === 0 || !view.reads.some(({ showed }) => view.own.includes(showed)), 'a read showed one'),
  },
  {
    says: new RegExp(`Accepted: ${S} as deployment ${ID}`),
    untrue: ([text, id], view) =>
      so(
        view.own.some((made) => [made.id, otherId(made.id)].includes(id ?? '') && same(made.split, split(text))),
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
    says: new RegExp(`${S} was accepted(?: since| and has not shown)`),
    untrue: ([text], view, facts) =>
      so(
        unseen(view, facts).some((write) => took(write) && same(write.split, split(text))),
        'it was not, or a read showed it',
      ),
  },
  {
    says: new RegExp(`${S} was sent since and may be live`),
    untrue: ([text], view, facts) =>
      so(
        unseen(view, facts).some((write) => same(write.split, split(text))),
        'it was not sent, or a read showed it',
      ),
  },
  {
    says: new RegExp(`whether ${S} was deployed is unknown`),
    untrue: ([text], view, facts) =>
      so(
        unseen(view, facts).some((write) => !isAnswered(write, view, facts) && same(write.split, split(text))),
        'it was answered, or never sent, or a read showed it',
      ),
  },
  {
    says: /[Ii]t may still show/,
    untrue: (_, view, facts) => so(unseen(view, facts).length > 0, 'nothing was sent that no read showed'),
  },
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
    says: new RegExp(`${WRITE} failed(?: after (\\d+) attempts)?:`),
    untrue: ([attempts = '1'], view, facts) =>
      so(sent(view, facts).filter(({ accepted }) => !accepted).length >= Number(attempts), 'not so many failed'),
  },
];

/** Its answer came, and to a process that lived to leave word of it. */
function isAnswered(write: Write, view: View, facts: Facts): boolean {
  const [main] = jobOf(facts, view.run);
  const collapsed =
    view.run.after !== undefined && main?.run.signal !== null && main?.writes.at(-1)?.index === write.index;
  return write.accepted && !collapsed;
}

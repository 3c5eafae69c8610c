import {
  type Facts,
  foreignSince,
  jobOf,
  type Made,
  mayCallLive,
  readSplit,
  same,
  splitText,
  type View,
  WRITE,
  type Write,
} from '../truth.js';

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

/** A split, or the word for none. */
const S = String.raw`((?:\d{6,}=\d+(?:,\d{6,}=\d+)?)|nothing)`;
const ID = String.raw`(\d{6,})`;
const so = (holds: boolean | undefined, otherwise: string) => (holds === true ? undefined : otherwise);
const split = (text: string | undefined) => readSplit(text ?? '');
const live = (view: View, text: string | undefined, id?: string) =>
  so(
    mayCallLive(view).some((made) => same(made.split, split(text)) && (id === undefined || made.id === id)),
    `${mayCallLive(view)
      .map((made) => `${splitText(made.split)} (${made.id})`)
      .join(' or ')} is live`,
  );
const foreign = (view: View, facts: Facts) => foreignSince(facts, jobOf(facts, view.run));
/** The service took it, whatever became of its answer. */
const took = ({ accepted, made }: Write) => accepted || made !== undefined;
const nothing = () => undefined;
const sent = (view: View, facts: Facts) => jobOf(facts, view.run).flatMap(({ writes }) => writes);

export const CLAIMS: readonly Claim[] = [
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

function read(view: View, facts: Facts, text: string | undefined, id: string | undefined): string | undefined {
  const seen = jobOf(facts, view.run).flatMap(({ reads }) => reads);
  const shown = seen.some(({ showed }) => same(showed.split, split(text)) && (id === undefined || showed.id === id));
  return so(shown, 'no read showed it');
}

function readLast({ run }: View): boolean {
  return run.requests.filter(({ action }) => action === 'GetRoutine').at(-1)?.showed !== undefined;
}

/** Neither before its end nor after it. */
function unwritten({ own, writes }: View): string | undefined {
  return so(own.length === 0 && !writes.some(({ accepted }) => accepted), 'a write of this run took effect');
}

/** Nothing of this run came after the deployment that is live, and it is somebody else's. */
function leftAlone(view: View, facts: Facts): string | undefined {
  const theirs = new Set(foreign(view, facts));
  const own = jobOf(facts, view.run).flatMap((one) => one.own);
  if (!mayCallLive(view).some((made) => theirs.has(made))) return "what is live is not somebody else's";
  const first = facts.history.findIndex((made) => theirs.has(made));
  return so(!own.some((made) => view.rank(made) > first), 'a write of this run took the place of it');
}

function isFollowed(made: Made, view: View, facts: Facts): boolean {
  return jobOf(facts, view.run).some(({ own }) => own.some((one) => view.rank(one) > view.rank(made)));
}

/** Somebody sent a signal, or the run before a post step was killed before it concluded. */
function wasCancelled(view: View, facts: Facts): boolean {
  return jobOf(facts, view.run).some(({ run }) => run.signals.length > 0 || run.signal !== null);
}

function stableIn(view: View, facts: Facts): string {
  const [main] = jobOf(facts, view.run);
  return Object.keys(main?.before?.split ?? {}).find((version) => version !== facts.canary) ?? facts.stable;
}

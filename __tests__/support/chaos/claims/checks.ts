import {
  excused,
  type Facts,
  foreignSince,
  jobOf,
  type Made,
  mayCallLive,
  readSplit,
  same,
  splitText,
  type View,
  type Write,
} from '../truth.js';

/** What a sentence may claim, and how each claim is looked up in the history. */

/** A split, or the word for none. */
export const S = String.raw`((?:\d{6,}=\d+(?:,\d{6,}=\d+)?)|nothing)`;
export const ID = String.raw`(\d{6,})`;
export const so = (holds: boolean | undefined, otherwise: string) => (holds === true ? undefined : otherwise);
export const split = (text: string | undefined) => readSplit(text ?? '');
export const live = (view: View, text: string | undefined, id?: string) =>
  so(
    mayCallLive(view).some((made) => same(made.split, split(text)) && (id === undefined || made.id === id)),
    `${mayCallLive(view)
      .map((made) => `${splitText(made.split)} (${made.id})`)
      .join(' or ')} is live`,
  );
export const foreign = (view: View, facts: Facts) => foreignSince(facts, jobOf(facts, view.run));
/** The service took it, whatever became of its answer. */
export const took = ({ accepted, made }: Write) => accepted || made !== undefined;
export const nothing = () => undefined;
/** Sent by the job; of one that was killed also what it left word of and had no time to send. */
export function sent(view: View, facts: Facts): readonly Write[] {
  return jobOf(facts, view.run).flatMap(({ run, writes }) => [
    ...writes,
    ...(run === view.run || run.signal === null ? [] : announced(run).filter(({ split: one }) => isNew(one, writes))),
  ]);
}

const isNew = (one: Write['split'], writes: readonly Write[]) => !writes.some((write) => same(write.split, one));

function announced({ state, end }: View['run']): Write[] {
  const { writes = [] } = JSON.parse(state['evidence'] || '{}') as { writes?: readonly { split: string }[] };
  return writes.map((one) => ({
    at: end,
    index: Number.POSITIVE_INFINITY,
    split: split(one.split),
    made: undefined,
    accepted: false,
    named: false,
    requestId: '',
  }));
}

/** Sent, and no read of the job showed what became of it. */
export function unseen(view: View, facts: Facts): readonly Write[] {
  // The last answer may have found the process dead.
  const shown = jobOf(facts, view.run).flatMap(({ run, reads }) =>
    reads.slice(0, run.signal === null ? reads.length : -1).map(({ showed }) => showed),
  );
  return sent(view, facts).filter(({ made }) => made === undefined || !shown.includes(made));
}

export function read(view: View, facts: Facts, text: string | undefined, id: string | undefined): string | undefined {
  const seen = jobOf(facts, view.run).flatMap(({ reads }) => reads);
  const shown = seen.some(({ showed }) => same(showed.split, split(text)) && (id === undefined || showed.id === id));
  return so(shown, 'no read showed it');
}

export function readLast({ run }: View): boolean {
  return run.requests.filter(({ action }) => action === 'GetRoutine').at(-1)?.showed !== undefined;
}

/** Neither before its end nor after it. */
export function unwritten({ own, writes }: View): string | undefined {
  return so(own.length === 0 && !writes.some(({ accepted }) => accepted), 'a write of this run took effect');
}

/** Nothing of this run came after the deployment that is live, and it is somebody else's. */
export function leftAlone(view: View, facts: Facts): string | undefined {
  const theirs = new Set(foreign(view, facts));
  const own = jobOf(facts, view.run).flatMap((one) => one.own);
  const lives = mayCallLive(view).filter((made) => theirs.has(made));
  if (lives.length === 0) return "what is live is not somebody else's";
  const first = Math.min(...lives.map(view.rank));
  // Allowed: what nobody could tell from a write of this run was taken for it, and the write then for somebody else's.
  const mistaken = lives.filter((made) => jobOf(facts, view.run).some((one) => excused(one, made)));
  const later = own.filter((made) => view.rank(made) > first);
  return so(
    later.every((made) => mistaken.some((taken) => same(taken.split, made.split))),
    'a write of this run took the place of it',
  );
}

/** By a write of this job, or by what nobody could tell from one. */
export function isFollowed(made: Made, view: View, facts: Facts): boolean {
  const job = jobOf(facts, view.run);
  return facts.history
    .slice(view.rank(made) + 1)
    .some((later) => job.some((one) => one.own.includes(later) || excused(one, later)));
}

/** Somebody sent a signal, or the run before a post step was killed before it concluded. */
export function wasCancelled(view: View, facts: Facts): boolean {
  return jobOf(facts, view.run).some(({ run }) => run.signals.length > 0 || run.signal !== null);
}

export function stableIn(view: View, facts: Facts): string {
  const [main] = jobOf(facts, view.run);
  return Object.keys(main?.before?.split ?? {}).find((version) => version !== facts.canary) ?? facts.stable;
}

/** Something that serves without the canary, and nothing beside it. */
export function stableAlone(made: Made | undefined, { canary }: Facts): boolean {
  const versions = Object.keys(made?.split ?? {});
  return versions.length === 1 && versions[0] !== canary;
}

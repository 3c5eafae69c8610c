import { type Facts, hedges, mayCallLive, readSplit, same, splitText, type View } from '../truth.js';
import { dueClaims } from './said-of-time.js';

/** Each output against what was so. */
export function outputClaims(facts: Facts, view: View): string[] {
  const { run } = view;
  if (run.signal !== null || run.after !== undefined || run.outputs['outcome'] === undefined) return [];
  return [
    ...liveClaims(facts, view),
    ...beforeClaims(view),
    ...changedClaims(view),
    ...idClaims(view),
    ...dueClaims(facts, view),
  ];
}

function liveClaims(facts: Facts, view: View): string[] {
  const { versions = '', canary = '', stable = '' } = view.run.outputs;
  const id = view.run.outputs['deployment-id'] ?? '';
  const percentage = view.run.outputs['canary-percentage'] ?? '';
  // Nothing could be read, so nothing is said.
  if (view.reads.length === 0 && versions === '' && id === '') return [];
  const said = readSplit(versions);
  const live = mayCallLive(view).filter(({ split }) => same(split, said));
  // Of a refused rollout the outputs name what is live, which may be another's.
  const rollout = view.run.wish.kind === 'rollout' && view.run.outputs['outcome'] !== 'refused';
  const weight = rollout ? (said[facts.canary] ?? 0) : Number(percentage);
  // Of an accepted write without an id nobody knows it.
  const unnamed = id === '' && view.writes.some(({ accepted, named }) => accepted && !named);
  return [
    ...(live.length > 0 ? [] : [`versions: "${versions}", but ${choices(view)} is live`]),
    ...(unnamed || live.length === 0 || live.some((made) => made.id === id)
      ? []
      : [`deployment-id: ${id} is not live`]),
    ...(rollout && percentage !== '' && Number(percentage) !== weight
      ? [`canary-percentage: ${percentage}, not ${weight}`]
      : []),
    ...(rollout && canary !== '' && canary !== facts.canary ? [`canary: ${canary} is not the one`] : []),
    ...(rollout && canary === '' && NAMES_CANARY.has(view.run.outputs['outcome'] ?? '')
      ? ['canary: empty, though the outcome is told of one']
      : []),
    ...(stable === '' || stable !== canary ? [] : ['stable and canary are the same']),
  ];
}

/** What happened to the canary, so which one that is. */
const NAMES_CANARY = new Set(['promoted', 'paused', 'baking', 'rolled-back']);

function choices(view: View): string {
  return mayCallLive(view)
    .map(({ split, id }) => `${splitText(split)} (${id})`)
    .join(' or ');
}

function beforeClaims({ before, run }: View): string[] {
  const split = run.outputs['previous-versions'] ?? '';
  const id = run.outputs['previous-deployment-id'] ?? '';
  if (before === undefined) return split + id === '' ? [] : ['previous-versions: nothing was ever read'];
  // Refused before anything was asked, it says nothing.
  if (split + id === '' && run.outputs['outcome'] === 'failed') return [];
  return [
    ...(same(readSplit(split), before.split)
      ? []
      : [`previous-versions: "${split}", but it was ${splitText(before.split)}`]),
    ...(id === before.id ? [] : [`previous-deployment-id: "${id}", but it was ${before.id}`]),
  ];
}

/** A write of this run took effect, as far as anybody could know. */
export function hasChanged({ own, writes, reads }: View): 'yes' | 'no' | 'unknowable' {
  if (own.length === 0) {
    // Somebody else deployed the very split of a write whose answer was lost.
    const taken = writes.some(({ split, named }) => !named && reads.some(({ showed }) => same(showed.split, split)));
    return taken ? 'unknowable' : 'no';
  }
  const known = writes.some(
    ({ made, accepted }) => made !== undefined && (accepted || reads.some(({ showed }) => showed === made)),
  );
  return known ? 'yes' : 'unknowable';
}

function changedClaims(view: View): string[] {
  const { changed } = view.run.outputs;
  const is = hasChanged(view);
  if (is === 'yes' && changed !== 'true') return ['changed: false, but a write of this run took effect'];
  if (is === 'no' && changed !== 'false') return ['changed: true, but no write of this run took effect'];
  const silent =
    is === 'unknowable' && view.own.length > 0 && changed === 'false' && view.reads.length > 0 && !hedges(view.run);
  const shown = view.own.some((made) => made !== view.past.at(-1));
  return silent && !shown ? ['changed: false, but a write of this run is live and nothing says that it may be'] : [];
}

/** Ids that stand in outputs were given by the service; text that it slipped in is none. */
function idClaims({ run }: View): string[] {
  const text = JSON.stringify([run.outputs, run.state]);
  const junk = text.includes('session-token') ? ['a session token stands in outputs or state'] : [];
  const id = run.outputs['request-id'] ?? '';
  const known = id === '' || run.requests.some(({ requestId }) => requestId === id);
  return [...junk, ...(known || junk.length > 0 ? [] : [`request-id: ${id} was never given`])];
}

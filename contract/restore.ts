import { isVersion, keyOf, listOf, memberOf, type Share, textOf } from './answers.js';
import { deployer, settle, splitText, type Target, watch } from './live.js';
import type { Saved, SavedFile } from './saved.js';

/** Whether all is as it was before, and what is to be said of it. */
export interface Restored {
  readonly complete: boolean;
  readonly lines: readonly string[];
}

const TRIES = 3;
/** In ms. */
const PATIENCE = 60_000;

/**
 * Puts back what was live, reads that it is, and deletes what was uploaded. The file goes only when all of that is done.
 * It writes even where the old split shows, for a read may be older than a write; it never writes over somebody else.
 */
export async function restore(target: Target, saved: Saved, file: SavedFile): Promise<Restored> {
  const traffic = await restoreTraffic(target, saved, file).catch(notRestored(saved));
  const versions =
    saved.uploads && traffic.complete ? await deleteUploads(target, saved).catch(notDeleted) : NOTHING_LEFT;
  const complete = traffic.complete && versions.complete;
  if (complete) file.forget();
  return { complete, lines: [...traffic.lines, ...versions.lines] };
}

const NOTHING_LEFT: Restored = { complete: true, lines: [] };

async function restoreTraffic(target: Target, saved: Saved, file: SavedFile): Promise<Restored> {
  const { env } = target;
  if (saved.tried.length === 0) return { complete: true, lines: [`Nothing was written to ${env}.`] };
  // A read may be older than the one that showed it, so that is not looked for again.
  if (saved.foreign !== '') return leftAlone(saved);
  try {
    return await putBack(target, saved, file);
  } catch (error) {
    if (saved.foreign !== '') return leftAlone(saved);
    throw error;
  }
}

async function putBack(target: Target, saved: Saved, file: SavedFile): Promise<Restored> {
  const deploy = deployer(target, saved, file.save);
  for (let left = TRIES; left > 0; left -= 1) {
    await watch(target, saved);
    await deploy(saved.original);
    const settled = await settle(target, saved, saved.original, PATIENCE / TRIES);
    if (settled !== undefined)
      return {
        complete: true,
        lines: [`Restored, as read back: ${target.env} serves ${splitText(settled.look.split)}.`],
      };
  }
  throw new Error('it does not show');
}

function leftAlone({ env, original, foreign }: Saved): Restored {
  const line = `Somebody else has deployed to ${env} since: ${foreign}. That is left alone. Before, it served ${splitText(original)}; to go back to that, deploy \`versions: ${inputText(original)}\` by hand.`;
  return { complete: true, lines: [line] };
}

const notRestored = (saved: Saved) => (error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  return {
    complete: false,
    lines: [
      `NOT restored: ${why}`,
      `Before, ${saved.env} served ${splitText(saved.original)}. Run this again, which restores it first, or deploy \`versions: ${inputText(saved.original)}\` by hand.`,
    ],
  };
};

async function deleteUploads({ api, routine }: Target, { marker }: Saved): Promise<Restored> {
  const listed: unknown[] = [];
  // All that can be listed: which comes first is one of the things that nobody has confirmed.
  for (const PageNumber of ['1', '2']) {
    const page = await api.ask('ListRoutineCodeVersions', { body: { Name: routine, PageNumber, PageSize: '20' } });
    if (page.kind !== 'answer') return notDeleted();
    listed.push(...listOf(memberOf(page.json, 'CodeVersions')));
  }
  const own = listed
    .filter((one) => memberOf(one, 'CodeDescription') === marker)
    .map((one) => textOf(memberOf(one, 'CodeVersion')) ?? '')
    .filter(isVersion);
  const deleted = [];
  for (const version of own) {
    const said = await api.ask('DeleteRoutineCodeVersion', { body: { Name: routine, CodeVersion: version } });
    deleted.push(said.kind === 'answer');
  }
  if (deleted.includes(false)) return notDeleted();
  return { complete: true, lines: [`Deleted what was uploaded: ${own.length} code versions.`] };
}

function notDeleted(): Restored {
  const line =
    'NOT deleted: code versions whose description begins with "contract check". Run this again, or delete them in the console.';
  return { complete: false, lines: [line] };
}

/** As the input `versions` takes it. */
function inputText(split: readonly Share[]): string {
  return keyOf(split);
}

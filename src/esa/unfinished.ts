import * as z from 'zod/mini';
import type { Answer, CodeVersion } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import type { StoredVersion } from '../rollout/upload/reuse.js';
import { listStored, removeVersion, type StockMeans } from './stored-versions.js';

/**
 * A version that was created for an upload and that nobody but this run will finish. Which it is, is told by its id, or by
 * the id of the upload in its ExtraInfo where the answer was lost; never by its looks.
 */
export interface Unfinished {
  readonly routine: string;
  readonly uploadId: string;
  /** Empty until the service has named it. */
  readonly version: CodeVersion;
}

/** For the state of the job, in which nothing is secret. */
export function unfinishedText(unfinished: Unfinished): string {
  return JSON.stringify(unfinished);
}

/** Made when it is needed: seldom is anything left. */
const format = () => z.object({ routine: z.string(), uploadId: z.string().check(z.minLength(1)), version: z.string() });

/** The same read back; undefined for anything else, as when there is none. */
export function readUnfinished(text: string): Unfinished | undefined {
  try {
    const read = format().safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Of what is listed, what this upload has begun and not finished. */
export function leftOf(
  versions: readonly StoredVersion[],
  { uploadId, version }: Unfinished,
): readonly StoredVersion[] {
  return versions.filter(
    (one) => one.status?.toLowerCase() === 'init' && (one.version === version || one.extraInfo.uploadId === uploadId),
  );
}

/** Deletes what an upload has left behind, `except` one that is being finished, and says which versions those were. */
export async function removeUnfinished(
  unfinished: Unfinished,
  means: StockMeans,
  except: CodeVersion = '',
): Promise<Answer<readonly CodeVersion[]>> {
  const stored = await listStored(unfinished.routine, means);
  if (!stored.ok) return failed(stored.error);
  const removed: CodeVersion[] = [];
  for (const { version } of leftOf(stored.value.versions, unfinished)) {
    if (version === except) continue;
    const fault = await removeVersion(unfinished.routine, version, 'unfinished', means);
    if (fault !== undefined) return failed(fault);
    removed.push(version);
  }
  return succeeded(removed);
}

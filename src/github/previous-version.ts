import type { CodeVersion, Live } from '../rollout/model.js';
import {
  beganFrom,
  type KnownRecord,
  type ListedRecord,
  noPrevious,
  previousIn,
  RECORDS_UNREAD,
} from '../rollout/record.js';
import { failed, type Result } from '../rollout/result.js';

/** Reads of GitHub, each undefined where it does not tell. */
interface Reads {
  /** Newest first. */
  readonly list: () => Promise<readonly ListedRecord[] | undefined>;
  readonly look: (record: ListedRecord) => Promise<KnownRecord | undefined>;
}

/** How many records are looked at for what served before. */
const LOOKS = 2;

/** The version that served at 100 % before what is live, or why nobody knows; a clause. */
export async function previousVersion({ list, look }: Reads, live: Live): Promise<Result<CodeVersion, string>> {
  const listed = await list();
  if (listed === undefined) return failed(RECORDS_UNREAD);
  const known: KnownRecord[] = [];
  for (const record of listed.filter((one) => !beganFrom(one, live)).slice(0, LOOKS)) {
    const one = await look(record);
    if (one === undefined) return failed(RECORDS_UNREAD);
    known.push(one);
    const found = previousIn(known, listed, live);
    if (found.kind === 'told') return found.told;
  }
  return failed(noPrevious(listed, live));
}

import { type Access, isDenial } from '../access.js';
import type { Answer, Environment, Live, VersionDetails, VersionListing, Wish } from '../model.js';
import type { Result } from '../result.js';
import { newestFirst } from '../version-text.js';
import { wordsFor } from './version-words.js';

/** What a dry run shows beside its plan: that it may read, what is live, and what there is to choose from. */
export interface Survey {
  /** Where the credentials came from. */
  readonly credentials: string;
  readonly access: Access;
  /** That of the wish first; none where nothing could be read. A clause where what is served is not told as documented. */
  readonly served: readonly { readonly env: Environment; readonly live: Result<Live, string> }[];
  /** Absent where they were not asked for. */
  readonly choice: Answer<Choice> | undefined;
  /** What the gate's URLs answer now; none where no gate asks any. */
  readonly tried: readonly TriedUrl[];
  /** When that was read, in ms since the epoch. */
  readonly now: number;
}

/** One request to a URL of the gate, judged as a check would judge it. */
export interface TriedUrl {
  readonly url: string;
  readonly isHealthy: boolean;
  /** Such as `HTTP 200 after 35 ms`, or what is wrong. */
  readonly seen: string;
  /** The header that is to tell the versions apart, and what it said; undefined where no header was asked for, or none could be. */
  readonly mark: { readonly header: string; readonly value: string | undefined } | undefined;
}

/** The newest versions, newest first. */
export interface Choice {
  readonly newest: readonly NamedVersion[];
  /** How many more are listed. */
  readonly others: number;
  /** False when the routine has more than the service lists. */
  readonly complete: boolean;
}

export interface NamedVersion extends VersionDetails {
  /** What it may be called in this run besides its number. */
  readonly words: readonly string[];
}

/** Who looks for a version finds it among so many. */
const MOST_SHOWN = 10;

export interface ChoiceFacts {
  readonly live: Live;
  readonly elsewhere: () => Result<Live, string>;
  readonly listing: VersionListing;
  /** In ms since the epoch. */
  readonly now: number;
}

export function choiceOf(place: Pick<Wish, 'routine' | 'env'>, facts: ChoiceFacts): Choice {
  const { listing } = facts;
  const all = newestFirst(listing.versions);
  const known = { ...facts, previous: undefined, uploaded: undefined };
  const newest = all.slice(0, MOST_SHOWN).map((details) => ({ ...details, words: wordsFor(details, place, known) }));
  return { newest, others: all.length - newest.length, complete: listing.complete };
}

/** Whether the list is worth asking for where what is live could not be read: all that is denied is told at once. */
export function mayStillList(read: Answer<unknown>): boolean {
  return read.ok || (read.error.operation === 'GetRoutine' && isDenial(read.error.code));
}

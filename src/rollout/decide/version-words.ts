import { quoted } from '../escape.js';
import type { CodeVersion, Environment, Live, VersionDetails, VersionListing, Wish } from '../model.js';
import { failed, type Result, succeeded } from '../result.js';
import { laterOf, roles, splitText } from '../split.js';
import { isVersionNumber, refsIn, refText, type VersionRef, type Word, withVersions, wordsIn } from '../version-ref.js';
import { byCommit, commitOf, latest, passedOver } from './listed-versions.js';
import { find, NOTHING_LISTED } from './plan.js';
import { dated, undecidedRoles } from './version-order.js';

/** All that words are resolved by. */
export interface Facts {
  readonly live: Live;
  /** What the other environment serves, or why nobody can tell; called only where a word asks for it. */
  readonly elsewhere: () => Result<Live, string>;
  /** Undefined where no word needs it: `needsListing`. */
  readonly listing: VersionListing | undefined;
  /** What served 100 % before the stable; undefined where no record was asked for. */
  readonly previous: Result<CodeVersion, string> | undefined;
  /** What the code is or will be; undefined where none is given. */
  readonly uploaded: VersionDetails | undefined;
  /** In ms since the epoch. */
  readonly now: number;
}

/** A word and the one version that it stands for in this run. */
export interface Resolution {
  readonly word: string;
  readonly version: CodeVersion;
  /** What the service says of it, where it was asked. */
  readonly details: VersionDetails | undefined;
}

export interface Resolved {
  readonly wish: Wish;
  readonly words: readonly Resolution[];
  /** What whoever wrote the words may not expect, a sentence each. */
  readonly doubts: readonly string[];
}

/** Whether these words are resolved by the list of versions, the whole of it; without `live`, as far as can be said yet. */
export function needsListing(asked: Wish<VersionRef>, live?: Live): boolean {
  return wordsIn(asked).some((ref) => {
    if (ref.kind === 'commit' || ref.word === 'latest') return true;
    const isRole = ref.word === 'stable' || ref.word === 'canary';
    return isRole && live?.kind === 'serving' && live.split.length > 1 && roles(live).canary === undefined;
  });
}

/** The wish in numbers, once and for all; or why that cannot be, a clause for each word. */
export function resolve(asked: Wish<VersionRef>, facts: Facts): Result<Resolved, readonly string[]> {
  const found = refsIn(asked).map((ref) => ({ ref, version: versionOf(ref, asked, facts) }));
  const mistakes = found.flatMap(({ ref, version }) => (version.ok ? [] : [`${inTicks(ref)}: ${version.error}`]));
  if (mistakes.length > 0) return failed(mistakes);
  const known = found.flatMap(({ ref, version }) => (version.ok ? [{ ref, version: version.value }] : []));
  const [one, other] = known;
  if (one !== undefined && one.version === other?.version) return failed([sameTwice(one.ref, other.ref, one.version)]);
  const versions = new Map(known.map(({ ref, version }) => [ref, version]));
  const words = known.filter(({ ref }) => ref.kind !== 'number');
  return succeeded({
    wish: withVersions(asked, (ref) => versions.get(ref) ?? ''),
    words: words.map(({ ref, version }) => ({
      word: refText(ref),
      version,
      details: detailsOf(ref, version, facts, asked),
    })),
    doubts: words.flatMap(({ ref, version }) =>
      ref.kind === 'word' && ref.word === 'latest' ? passedOver(version, facts.listing ?? NOTHING_LISTED) : [],
    ),
  });
}

function versionOf(ref: VersionRef, asked: Wish<VersionRef>, facts: Facts): Result<CodeVersion, string> {
  const { listing = NOTHING_LISTED, now } = facts;
  switch (ref.kind) {
    case 'number':
      return succeeded(ref.version);
    case 'commit':
      return byCommit(ref.sha, listing, { env: asked.env, now });
    case 'word': {
      if (ref.word === 'uploaded')
        return facts.uploaded === undefined ? failed('`code` is not given') : succeeded(facts.uploaded.version);
      const version = byWord(ref.word, asked, facts);
      // Code that was saved and not committed can be live, and is no version that a deployment could name.
      return !version.ok || isVersionNumber(version.value)
        ? version
        : failed(`it is ${quoted(version.value)}, which is not the number of a version`);
    }
  }
}

function byWord(
  word: Exclude<Word, 'uploaded'>,
  { routine, env }: Pick<Wish, 'routine' | 'env'>,
  facts: Facts,
): Result<CodeVersion, string> {
  const { live, listing = NOTHING_LISTED, previous } = facts;
  switch (word) {
    case 'latest':
      return latest(listing, { routine, env });
    case 'stable':
    case 'canary':
      return roleOf(word, env, live, listing);
    case 'staging':
    case 'production':
      return aloneIn(word, servedBy(word, env, facts));
    case 'previous':
      return previous ?? failed('no record of rollouts is kept that could tell; give `github-deployment` to keep one');
  }
}

/** Those that stand for a version by what is live and what is listed alone. */
const READABLE = ['latest', 'stable', 'canary', 'staging', 'production'] as const satisfies readonly Word[];

/** What a version may be called in this run besides its number; none where no word stands for it. */
export function wordsFor(
  details: VersionDetails,
  place: Pick<Wish, 'routine' | 'env'>,
  facts: Facts,
): readonly string[] {
  const isMeant = (found: Result<CodeVersion, string>) => found.ok && found.value === details.version;
  const { env } = place;
  const { listing = NOTHING_LISTED, now } = facts;
  const sha = commitOf(details)?.slice(0, SHORT_SHA);
  return [
    ...READABLE.filter((word) => isMeant(byWord(word, place, facts))),
    ...(sha !== undefined && isMeant(byCommit(sha, listing, { env, now })) ? [`commit:${sha}`] : []),
  ];
}

/** In digits: the least that `commit:` takes, and what Git shows. */
const SHORT_SHA = 7;

function servedBy(asked: Environment, env: Environment, { live, elsewhere }: Facts): Result<Live, string> {
  return asked === env ? succeeded(live) : elsewhere();
}

function aloneIn(env: Environment, served: Result<Live, string>): Result<CodeVersion, string> {
  if (!served.ok) return failed(`what is live in ${env} cannot be told: ${served.error}`);
  if (served.value.kind === 'nothing') return failed(`nothing is live in ${env}`);
  const { split } = served.value;
  if (split.length > 1) return failed(`${env} serves ${splitText(split)}, so no version is live there alone`);
  return succeeded(split[0].version);
}

function roleOf(
  word: 'stable' | 'canary',
  env: Environment,
  live: Live,
  listing: VersionListing,
): Result<CodeVersion, string> {
  if (live.kind === 'nothing') return failed(`nothing is live in ${env}`);
  const [{ version: one }, second] = live.split;
  if (second === undefined)
    return word === 'stable' ? succeeded(one) : failed(`version ${quoted(one)} is live alone, so there is no canary`);
  const other = second.version;
  const later = laterOf(dated(one, live, listing), dated(other, live, listing));
  if (later === undefined) return failed(undecidedRoles(one, other));
  const earlier = later === one ? other : one;
  return succeeded(word === 'canary' ? later : earlier);
}

function detailsOf(
  ref: VersionRef,
  version: CodeVersion,
  { live, elsewhere, listing = NOTHING_LISTED }: Facts,
  { env }: Wish<VersionRef>,
): VersionDetails | undefined {
  const known = find(version, live, listing);
  const isElsewhere = ref.kind === 'word' && (ref.word === 'staging' || ref.word === 'production') && ref.word !== env;
  if (known !== undefined || !isElsewhere) return known;
  const other = elsewhere();
  return other.ok ? find(version, other.value, NOTHING_LISTED) : undefined;
}

function sameTwice(one: VersionRef, other: VersionRef, version: CodeVersion): string {
  return `${inTicks(one)} and ${inTicks(other)} are the same version, ${quoted(version)}, and a split takes each once; \`versions: ${version}=100\` gives it all requests`;
}

function inTicks(ref: VersionRef): string {
  return `\`${refText(ref)}\``;
}

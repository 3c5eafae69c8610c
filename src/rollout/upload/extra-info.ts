import { oneLine } from '../escape.js';
import type { AssetNames } from '../model.js';
import { assetNamesText, NAME_HASH_LENGTH, readAssetNames, sketchOf } from './asset-names.js';

/** The commit that a version was made of; empty where it is unknown. */
export interface Commit {
  /** All its digits. */
  readonly id: string;
  readonly message: string;
  readonly branch: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
}

/** What the text that a version carries says, as far as it can be read. */
export interface ExtraInfo {
  /** Of everything that makes the version, SHA-256 in hexadecimal digits. */
  readonly digest: string | undefined;
  /** Of the run that made it. */
  readonly uploadId: string | undefined;
  readonly assetNames: AssetNames | undefined;
}

/**
 * No document says how long it may be. A kilobyte is what the longest that was seen, of ESA's own Git builds, comes near.
 * Bytes.
 */
const LONGEST = 1_024;
/** Of texts that somebody wrote, in characters. */
const LONGEST_TEXTS = { id: 64, message: 80, branch: 60, repository: 100 } as const;

export interface Told {
  readonly commit: Commit;
  readonly digest: string;
  readonly uploadId: string;
  /** Of all hashed assets; undefined where it is a single file, which has none to compare. */
  readonly nameHashes: readonly string[] | undefined;
}

/**
 * The ExtraInfo of a version: what ESA's own Git builds write, in their words, and ours beside it. Of the names as many as
 * there is room for.
 */
export function extraInfoText({ commit, digest, uploadId, nameHashes }: Told): string {
  const fixed = {
    Source: 'Github',
    Branch: short(commit.branch, LONGEST_TEXTS.branch),
    CommitId: short(commit.id, LONGEST_TEXTS.id),
    CommitMessage: short(subjectOf(commit.message), LONGEST_TEXTS.message),
    Repository: short(commit.repository, LONGEST_TEXTS.repository),
    Digest: digest,
    UploadId: uploadId,
  };
  if (nameHashes === undefined) return JSON.stringify(fixed);
  const bare = JSON.stringify({ ...fixed, AssetNames: assetNamesText(sketchOf(nameHashes, 0)) });
  const room = Math.floor((LONGEST - new TextEncoder().encode(bare).length) / NAME_HASH_LENGTH);
  return JSON.stringify({ ...fixed, AssetNames: assetNamesText(sketchOf(nameHashes, room)) });
}

/** What is escaped is longer than it was, so it is cut after that. */
function short(text: string, most: number): string {
  return [...oneLine(text, most)].slice(0, most).join('');
}

/** The first line of a commit's message. */
export function subjectOf(message: string): string {
  return /^[^\r\n]*/.exec(message.trim())?.[0].trim() ?? '';
}

/** Whatever it is, and whoever wrote it. */
export function readExtraInfo(text: string | undefined): ExtraInfo {
  const { Digest, UploadId, AssetNames } = membersOf(text);
  return {
    digest: matching(Digest, /^[0-9a-f]{64}$/),
    uploadId: matching(UploadId, /^[0-9a-f-]{36}$/),
    assetNames: readAssetNames(AssetNames),
  };
}

function membersOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    // Of what is no object there are no such members either.
    return { ...(JSON.parse(text ?? '') as object) };
  } catch {
    return {};
  }
}

function matching(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

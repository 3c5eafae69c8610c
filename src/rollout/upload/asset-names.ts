import type { AssetNames } from '../model.js';

/**
 * Which hashed assets a version has, in as few bytes as its ExtraInfo has room for. A page of one version asks for the assets
 * of that version; during a split the other one may be asked, and has none of that name.
 *
 * No operation lists assets, and a digest of all names would say that two versions differ and not by what. So the hashes
 * of the names are kept, the least of them where there are too many: of two such lists everything is known below the
 * lesser of their last hashes, and what lies there is a fair sample of the rest (a bottom-k sketch; Cohen and Kaplan,
 * Summarizing data using bottom-k sketches, 2007).
 */

export const NO_ASSETS: AssetNames = { count: 0, hashes: [] };

/** Digits of a hash: of a hundred names another version has one by chance once in a hundred thousand times. */
export const NAME_HASH_LENGTH = 6;

/**
 * Whether a file's name holds a hash of its content, as bundlers write it: `index-BX1a2b3c.js`, `main.3f2a9c01.css`,
 * `chunk-ABCD2345.js`, `3f2a9c01b7de4455.js`, `index-DiwrgT-a.js`. Its address is asked for by pages of its own version alone.
 */
export function isHashedName(path: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const [first = '', ...parts] = file.split(/[.-]/);
  return isHash(first, 16) || parts.slice(0, -1).some((part) => isHash(part, 8)) || hasBase64(file);
}

/** Rollup's eight characters before the extension, of which one in four has no digit. Capitals at a word's start are none. */
function hasBase64(file: string): boolean {
  const [, part = ''] = /[-.]([\w-]{8})(?:\.\w+)+$/.exec(file) ?? [];
  return /[a-z]/.test(part) && /.[A-Z]/.test(part);
}

/** A word is no hash, nor is a date or the size of a picture. */
function isHash(part: string, least: number): boolean {
  if (part.length < least || !/^\w+$/.test(part)) return false;
  const isBase32 = /^[A-Z2-7]{8}$/.test(part);
  return isBase32 || (/[0-9]/.test(part) && /[A-Za-z]/.test(part) && !/^[0-9]+x[0-9]+$/.test(part));
}

/** The names of so many hashes at most; `hashes` in any order, of all of them. */
export function sketchOf(hashes: readonly string[], most: number): AssetNames {
  const distinct = [...new Set(hashes)].toSorted();
  return { count: distinct.length, hashes: distinct.slice(0, Math.max(0, most)) };
}

/** How many of a version's hashed assets another one lacks, of those of which it is known. */
export interface Lacking {
  readonly missing: number;
  /** Of so many that could be looked for. */
  readonly of: number;
  /** Whether that is all there are. */
  readonly exact: boolean;
}

/** What of `wanted` is not in `having`. */
export function lacking(wanted: AssetNames, having: AssetNames): Lacking {
  const known = new Set(having.hashes);
  const isWhole = having.hashes.length >= having.count;
  const last = having.hashes.at(-1);
  const sought = wanted.hashes.filter((hash) => isWhole || (last !== undefined && hash <= last));
  const missing = sought.filter((hash) => !known.has(hash)).length;
  return { missing, of: sought.length, exact: sought.length >= wanted.count };
}

/** One text, for ExtraInfo: the count, and the hashes. */
export function assetNamesText({ count, hashes }: AssetNames): string {
  return `${count}:${hashes.join('')}`;
}

/** The same read back; undefined for what was not written so. */
export function readAssetNames(text: unknown): AssetNames | undefined {
  if (typeof text !== 'string') return undefined;
  const read = /^(0|[1-9][0-9]{0,6}):((?:[0-9a-f]{6}){0,500})$/.exec(text);
  if (read === null) return undefined;
  const count = Number(read[1]);
  const hashes = read[2]?.match(/.{6}/g) ?? [];
  const written = sketchOf(hashes, count);
  return written.hashes.join() === hashes.join() ? { count, hashes } : undefined;
}

import { quoted } from './escape.js';
import type { CodeVersion, Share, Wish } from './model.js';
import { failed, type Result, succeeded } from './result.js';

/** What each stands for is said in `decide/version-words.ts`. */
const WORDS = ['latest', 'stable', 'canary', 'staging', 'production', 'previous', 'uploaded'] as const;
export type Word = (typeof WORDS)[number];

/** A version as somebody asks for it: by its number, by a word, or by the commit that it was built from. */
export type VersionRef =
  | { readonly kind: 'number'; readonly version: CodeVersion }
  | { readonly kind: 'word'; readonly word: Word }
  /** Lower case, 7 to 40 hexadecimal digits. */
  | { readonly kind: 'commit'; readonly sha: string };

/** The version that this run makes of `code`. */
export const UPLOADED = { kind: 'word', word: 'uploaded' } as const satisfies VersionRef;

/** Of a version in a sentence; in a dry run, that of `code` has no number yet. */
export function versionName(version: CodeVersion): string {
  return version === UPLOADED.word ? 'the upload' : version;
}

export type WordRef = Exclude<VersionRef, { kind: 'number' }>;

const DIGITS = /^[0-9]{1,32}$/;
const COMMIT = /^commit:([0-9a-fA-F]{7,40})$/;

const DIGITS_ONLY = 'is not a code version: it is digits only, such as 1723599747213377175';

/** Whether a text is the number of a version; `unstable`, which the service also lists, is none. */
export function isVersionNumber(text: string): text is CodeVersion {
  return DIGITS.test(text);
}

/** A version by its number alone, or what is wrong with the text, a clause. */
export function readNumber(text: string): Result<CodeVersion, string> {
  return isVersionNumber(text) ? succeeded(text) : failed(`${quoted(text)} ${DIGITS_ONLY}${roundedHint(text)}`);
}

/** A number or a word. Words are exact: `Latest` is none. */
export function readRef(text: string): Result<VersionRef, string> {
  if (isVersionNumber(text)) return succeeded({ kind: 'number', version: text });
  const word = WORDS.find((known) => known === text);
  if (word !== undefined) return succeeded({ kind: 'word', word });
  const [, sha] = COMMIT.exec(text) ?? [];
  if (sha !== undefined) return succeeded({ kind: 'commit', sha: sha.toLowerCase() });
  const hint = roundedHint(text);
  return failed(`${quoted(text)} ${DIGITS_ONLY}${hint === '' ? OR_A_WORD : hint}`);
}

const OR_A_WORD = `, or one of the words ${WORDS.join(', ')} and commit:SHA, where SHA is 7 to 40 hexadecimal digits`;

/** 1766590022381161014 without quotes reaches an action as 1.76659002238116E+18. */
function roundedHint(text: string): string {
  return /^[0-9.]+e\+?[0-9]+$/i.test(text) ? ' (YAML has rounded it: write it in quotation marks)' : '';
}

/** As it is written in an input. */
export function refText(ref: VersionRef): string {
  switch (ref.kind) {
    case 'number':
      return ref.version;
    case 'word':
      return ref.word;
    case 'commit':
      return `commit:${ref.sha}`;
  }
}

/** All that a wish asks for. */
export function refsIn({ goal }: Wish<VersionRef>): readonly VersionRef[] {
  switch (goal.kind) {
    case 'report':
      return [];
    case 'rollout':
      return [goal.canary];
    case 'split':
      return goal.split.map((share) => share.version);
  }
}

export function wordsIn(asked: Wish<VersionRef>): readonly WordRef[] {
  return refsIn(asked).filter((ref) => ref.kind !== 'number');
}

/** The same wish with the version that each ref stands for. */
export function withVersions(asked: Wish<VersionRef>, versionOf: (ref: VersionRef) => CodeVersion): Wish {
  const { goal } = asked;
  switch (goal.kind) {
    case 'report':
      return { ...asked, goal };
    case 'rollout':
      return { ...asked, goal: { ...goal, canary: versionOf(goal.canary) } };
    case 'split': {
      const share = ({ version, weight }: Share<VersionRef>): Share => ({ version: versionOf(version), weight });
      const [first, second] = goal.split;
      return {
        ...asked,
        goal: { kind: 'split', split: second === undefined ? [share(first)] : [share(first), share(second)] },
      };
    }
  }
}

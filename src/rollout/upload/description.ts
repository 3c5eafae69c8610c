import { oneLine } from '../escape.js';
import { type Commit, subjectOf } from './extra-info.js';

/** In characters; the service's own limit is in no document. */
const LONGEST = 200;
const TAG_LENGTH = 12;

/**
 * What a version is described by: the text that was asked for, or the commit. A version of one file is told again by its
 * description alone, since CommitRoutineStagingCode takes no ExtraInfo, so it ends with a part of the file's digest.
 */
export function descriptionText(asked: string, commit: Commit, kind: 'file' | 'directory', digest: string): string {
  const tag = kind === 'file' ? tagOf(digest) : '';
  const byCommit = `${commit.id.slice(0, 7)} ${subjectOf(commit.message)}`.trim();
  // What is escaped is longer than it was.
  const text = [...oneLine(asked === '' ? byCommit : asked, LONGEST)].slice(0, LONGEST - tag.length - 1).join('');
  return `${text} ${tag}`.trim();
}

/** Whether a version of one file with that digest could have this description. */
export function isTagged(description: string | undefined, digest: string): boolean {
  return description?.endsWith(tagOf(digest)) ?? false;
}

function tagOf(digest: string): string {
  return `[sha256 ${digest.slice(0, TAG_LENGTH)}]`;
}

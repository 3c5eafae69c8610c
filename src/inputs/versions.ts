import { parse } from 'lossless-json';
import * as z from 'zod/mini';
import { quoted } from '../rollout/escape.js';
import type { TrafficSplit } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { type Parsed, readEntries, toAskedSplit, type WrittenShare } from '../rollout/split.js';
import type { VersionRef } from '../rollout/version-ref.js';

/** A split in one of its two forms: `VERSION=PERCENT` entries, or the API's own JSON. */
export function readVersions(text: string): Parsed<TrafficSplit<VersionRef>> {
  if (!text.startsWith('[') && !text.startsWith('{')) return toAskedSplit(readEntries(text));
  const written = readJson(text);
  return written.ok ? toAskedSplit(written.value) : written;
}

/**
 * The members of CreateRoutineCodeDeployment's CodeVersions, and those that GetRoutine adds when it shows them. Made
 * when it is needed: most give no JSON.
 */
const codeVersions = () =>
  z.array(
    z.strictObject({
      CodeVersion: z.string(),
      Percentage: z.optional(z.string()),
      Description: z.optional(z.unknown()),
      CreateTime: z.optional(z.unknown()),
    }),
  );

const ALLOWED = 'allowed is [{"CodeVersion":"1723599747213377175","Percentage":10}, ...]';

/** Numbers stay the digits that they were written with: a 19-digit version is never rounded. */
function readJson(text: string): Parsed<readonly WrittenShare[]> {
  let json: unknown;
  try {
    json = parse(text, undefined, (digits) => digits);
  } catch (error) {
    const why = error instanceof Error ? quoted(error.message) : 'unreadable';
    return failed([`${quoted(text)} is not JSON (${why}); ${ALLOWED}`]);
  }
  const result = codeVersions().safeParse(json);
  if (!result.success) {
    const where = result.error.issues.map(
      (issue) => `${quoted(issue.path.join('.') || 'the whole')}: ${issue.message}`,
    );
    return failed([`${quoted(text)} is not the API's form (${where.join('; ')}); ${ALLOWED}`]);
  }
  return succeeded(result.data.map(({ CodeVersion, Percentage }) => ({ version: CodeVersion, weight: Percentage })));
}

import * as z from 'zod/mini';
import type { Counts } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';

/** What a command counted: of this check alone, or of the whole step so far. */
export interface GivenCounts {
  readonly canary: Counts;
  readonly stable: Counts | undefined;
  readonly since: 'check' | 'step';
}

/** Far beyond what any check sees, and far below where a number is no longer exact. */
const MOST = 1_000_000_000;
const WHOLE = `has to be a whole number from 0 to ${MOST}`;

const FORM = '{"canary":{"good":812,"bad":3}}';
const ALLOWED = `allowed is ${FORM}, also with "stable" and "since":"step"`;

/** Made when it is needed: most commands give no counts. */
function form() {
  const orMissing = (otherwise: string) => ({
    error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : otherwise),
  });
  const count = z.int(orMissing(WHOLE)).check(z.gte(0, WHOLE), z.lte(MOST, WHOLE));
  const counts = z.strictObject({ good: count, bad: count }, orMissing('has to be an object with "good" and "bad"'));
  return z.strictObject({
    canary: counts,
    stable: z.optional(counts),
    since: z.optional(z.literal('step', 'has to be "step" or left out')),
  });
}

/**
 * Counts as the last line of a command's output gives them; undefined where that is none, so that the exit code counts.
 * Blanks and a byte order mark before it mean nothing. `tail` is the end of all that it printed on stdout. What is wrong is
 * told without the line itself, which is in the log and may be of any length.
 */
export function readCounts(lastOfAll: string, tail = ''): Result<GivenCounts, string> | undefined {
  const line = lastOfAll.trimStart();
  if (!line.startsWith('{')) return endsInSpreadCounts(tail) ? failed(SPREAD) : undefined;
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return failed(`wrong counts: the last line begins with \`{\` and is not JSON; ${ALLOWED}`);
  }
  const read = form().safeParse(json);
  if (!read.success) return failed(`wrong counts: ${read.error.issues.map(mistakeOf).join(', ')}; ${ALLOWED}`);
  const { canary, stable, since = 'check' } = read.data;
  return succeeded({ canary, stable, since });
}

const SPREAD = `wrong counts: they have to be on one line, as \`jq -c\` writes them; ${ALLOWED}`;

/**
 * Counts over several lines are none, and no exit code stands for them: who wrote them meant them. They are all that was
 * printed, or begin with the last line that begins with `{`.
 */
function endsInSpreadCounts(tail: string): boolean {
  const from = tail.lastIndexOf('\n{') + 1;
  return [tail, tail.slice(from)].some((text) => {
    try {
      const json: unknown = JSON.parse(text.trim());
      return typeof json === 'object' && json !== null && Object.hasOwn(json, 'canary');
    } catch {
      return false;
    }
  });
}

function mistakeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...issue.path, JSON.stringify(key)].join('.')} is not known`).join(', ');
  return `\`${issue.path.join('.')}\` ${issue.message}`;
}

/** More than a line of counts can have; one that is longer is cut, and so is not JSON. In characters. */
const LONGEST_LINE = 4_096;

/**
 * The last line that is not blank, when this comes after what was kept so far; behind it how the next one begins, so long
 * as that is blank. Blanks before it are not kept.
 */
export function lastLine(kept: string, chunk: string): string {
  const text = kept + chunk;
  const rest = text.slice(text.trimEnd().lastIndexOf('\n') + 1);
  const [line = '', ...after] = rest.split('\n');
  const next = after.at(-1);
  const cut = line.trimStart().slice(0, LONGEST_LINE);
  return next === undefined ? cut : `${cut}\n${next.slice(0, LONGEST_LINE)}`;
}

import type { Share } from './answers.js';
import type { Said } from './api.js';
import type { Bench, Check, Known } from './bench.js';
import type { Edge } from './edge.js';
import { findEdge } from './edge-address.js';
import { type Finding, textOfFinding, unknown } from './finding.js';
import { deployer, keepTried, type Look, settle, type Target } from './live.js';
import type { Options } from './options.js';
import { leftOut, plannedChecks } from './plan.js';
import type { Saved, SavedFile } from './saved.js';
import { Stopped } from './stopped.js';
import type { Surroundings } from './surroundings.js';
import { olderFirst, type Uploaded, uploadAll } from './upload.js';

/** All that a run knows before its first check. */
export interface Prepared {
  readonly options: Options;
  readonly surroundings: Surroundings;
  /** Ends with the run. */
  readonly target: Target;
  readonly file: SavedFile;
  readonly saved: Saved;
  readonly first: Look;
  readonly listed: Extract<Said, { kind: 'answer' }>;
  readonly pair: readonly [string, string] | undefined;
  readonly names: Map<string, string>;
}

interface Making extends Prepared {
  readonly canWrite: boolean;
  readonly openOnce: (address: () => ReturnType<typeof findEdge>) => Promise<Edge | string>;
  /** What was found so far, also when it ends early. */
  readonly findings: Finding[];
}

/** The checks that are asked for, one after the other. Throws Stopped where the run cannot go on. */
export async function makeChecks(making: Making): Promise<void> {
  const { options, surroundings, target, saved, file, canWrite, findings } = making;
  const { say } = surroundings;
  const { checks } = plannedChecks(options, canWrite);
  if (canWrite && options.upload) {
    saved.uploads = true;
    file.save(saved);
  }
  const uploaded = canWrite && options.upload ? await uploadAll(target, saved.marker) : undefined;
  const bench = benchOf(making, uploaded);
  for (const check of checks) {
    say(`${check.title} ...`);
    const found = await check.run(bench).catch((error: unknown) => failedCheck(check, error));
    findings.push(...found);
    for (const finding of found) say(`  ${finding.fact}: ${finding.kind}: ${textOfFinding(finding)}`);
  }
  findings.push(...leftOut(options, checks));
}

/** One that fails by itself tells nothing, and the others go on; what stops all stops it too. */
function failedCheck(check: Check, error: unknown): readonly Finding[] {
  if (error instanceof Stopped) throw error;
  const name = error instanceof Error ? error.name : typeof error;
  return check.facts.map((fact) => unknown(fact, `an answer was not what the check can read (${name})`));
}

function benchOf(
  { pair, saved, file, target, first, listed, names, options, surroundings, openOnce }: Making,
  uploaded: Uploaded | undefined,
): Bench {
  const [a = '', b = ''] = [...(uploaded === undefined ? (pair ?? []) : [uploaded.a, uploaded.b])].toSorted(olderFirst);
  names
    .set(a, 'A')
    .set(b, 'B')
    .set(uploaded?.bound ?? '', 'BOUND')
    .set(uploaded?.unfinished ?? '', 'UNFINISHED');
  const known: Known = {
    staleReads: 0,
    edgeDelay: 0,
    mark: undefined,
    unmarked: 'the edge was not asked before which version answers',
    unfinished: uploaded?.unfinished,
    bound: uploaded?.bound,
  };
  const keep = (secret: string) => surroundings.secrets.keep(secret);
  return {
    target,
    options,
    pace: target.pace,
    a,
    b,
    first,
    listed,
    saved,
    deploy: deployer(target, saved, file.save),
    keepTried: (split: readonly Share[]) => keepTried(saved, file.save, split),
    settle: (split: readonly Share[]) => settle(target, saved, split),
    edge: () => openOnce(() => findEdge(target, first.routine, options, keep)),
    readLogs: surroundings.readLogs,
    known,
  };
}

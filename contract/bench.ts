import type { Share } from './answers.js';
import type { Said } from './api.js';
import type { Edge } from './edge.js';
import type { FactId } from './facts.js';
import type { Finding } from './finding.js';
import type { Deploy, Look, Settled, Target } from './live.js';
import type { Options } from './options.js';
import type { Pace } from './pace.js';
import type { Saved } from './saved.js';

/** What a check works with. */
export interface Bench {
  readonly target: Target;
  readonly options: Options;
  /** Takes a turn for a request that is not one of the API. */
  readonly pace: Pace;
  /** The two versions, a the older. */
  readonly a: string;
  readonly b: string;
  readonly first: Look;
  /** ListRoutineCodeVersions as it was answered first. */
  readonly listed: Extract<Said, { kind: 'answer' }>;
  readonly saved: Saved;
  readonly deploy: Deploy;
  /** For a split that is sent by another call than `deploy`: before it is, so that a run after a kill knows it. */
  readonly keepTried: (split: readonly Share[]) => void;
  readonly settle: (split: readonly Share[]) => Promise<Settled | undefined>;
  readonly edge: () => Promise<Edge | string>;
  readonly readLogs: ReadLogs;
  /** What checks find out for those after them. */
  readonly known: Known;
}

export interface Known {
  /** Most reads in a row that were seen to be older than a write. */
  staleReads: number;
  /** Longest time that the edge took, in ms. */
  edgeDelay: number;
  /** By what the versions are told apart. */
  mark: { readonly name: string; readonly a: string; readonly b: string } | undefined;
  /** Why there is nothing by which they are. */
  unmarked: string;
  /** A version that is not Available, and one that is bound to the other environment. */
  unfinished: string | undefined;
  bound: string | undefined;
}

/** The rows of the last minutes, or why there are none. */
export type ReadLogs = () => Promise<readonly unknown[] | string>;

/** At most so many. */
export interface Cost {
  readonly writes: number;
  readonly reads: number;
  readonly probes: number;
}

/** Some facts that are told together. */
export interface Check {
  readonly title: string;
  readonly facts: readonly FactId[];
  /** Whether it writes to the environment: then it is left out where nothing is live to go back to. */
  readonly writes: boolean;
  readonly cost: Cost;
  /** Why it is not made; undefined where it is. */
  readonly leftOut: (options: Options) => string | undefined;
  readonly run: (bench: Bench) => Promise<readonly Finding[]>;
}

export const always = () => undefined;

import type {
  Answer,
  Baseline,
  CodeVersion,
  Event,
  Live,
  Measurement,
  TrafficSplit,
  VersionListing,
} from './rollout/model.js';
import type { Result } from './rollout/result.js';

/** What a write was accepted as; either may be empty, for the service need not give it. */
export interface Accepted {
  readonly deploymentId: string;
  readonly requestId: string;
}

/**
 * One environment of one routine. Reads are retried on transient faults; a write is sent exactly once. While a
 * `rollback` is under way users meet the canary: there is more patience, and less time between two calls.
 */
export interface Service {
  /** `once`: it is not tried again, whatever fault it meets. */
  readonly readLive: (rollback: boolean, once?: boolean) => Promise<Answer<Live>>;
  readonly readBoth: () => Promise<Answer<BothEnvironments>>;
  /** The routine's versions from the beginning: each page is asked for once, and none that is not needed. */
  readonly openListing: () => ListVersions;
  readonly deploy: (split: TrafficSplit, attempt: number, rollback: boolean) => Promise<Answer<Accepted>>;
}

/** What the routine's environments serve, by one answer. */
export interface BothEnvironments {
  readonly live: Live;
  /** The other environment; a sentence's clause where what it serves is not told as documented. */
  readonly elsewhere: () => Result<Live, string>;
}

/** What is listed, as far as these are found, or `all` of it. */
export type ListVersions = (wanted: readonly string[] | 'all') => Promise<Answer<VersionListing>>;

/** What served 100 % before the stable, by the record of a rollout, or why nobody knows. */
export type PreviousVersion = (live: Live) => Promise<Result<CodeVersion, string>>;

/** An event without its instant: the clock is read where events are appended. */
export type UnstampedEvent = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

export type Append = (event: UnstampedEvent) => void;

/** Sleeps for so many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

/**
 * One check of the canary at this weight, which it has had since an instant in ms since the epoch, by every source of the
 * gate; empty when it was cut short.
 */
export type Measure = (weight: number, since: number) => Promise<readonly Measurement[]>;

/** The gate's URLs alone, asked as often as a check does at this weight; undefined when it was cut short. */
export type MeasureBaseline = (weight: number) => Promise<Baseline | undefined>;

/** Keeps what the post step needs to know, should this process be killed; false where it could not be kept. */
export type Remember = (evidence: string) => boolean;

/** Code that was read and found right, as it is uploaded. */
export interface Code {
  /** One file of JavaScript, or a directory of assets with or without one. */
  readonly kind: 'file' | 'directory';
  /** SHA-256 of all of it, hexadecimal: the same whatever times, modes and order the files have. */
  readonly digest: string;
  /** What its own mark is replaced by, where it has one: a hash of it, or the version's id. */
  readonly mark: { readonly kind: 'none' | 'version' } | { readonly kind: 'hash'; readonly hash: string };
  /** Of each asset whose name holds a hash; undefined for a single file, which has no assets. */
  readonly nameHashes: readonly string[] | undefined;
  readonly files: number;
  /** Bytes, before it is packed. */
  readonly size: number;
  /** What is sent for a version; what kept it from being packed otherwise. */
  readonly pack: (version: string) => Promise<Result<Package, string>>;
}

/** Bytes that can be sent more than once. */
export interface Package {
  readonly size: number;
  /** Each piece is gone when the next is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Takes away what was written for it. */
  readonly remove: () => Promise<void>;
}

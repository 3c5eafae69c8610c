/**
 * The words of the domain as data. Everything here is plain and immutable; nothing here knows a promise or a clock.
 * Instants are milliseconds since the epoch, stamped by whoever appends an event; durations are milliseconds.
 */

/** A code version's id: an opaque string, in practice 19 decimal digits. Never a number: it would be rounded. */
export type CodeVersion = string;

export type Environment = 'staging' | 'production';

/** One version's part of a split. `weight` is a whole percentage, 1-100. */
export interface Share {
  readonly version: CodeVersion;
  readonly weight: number;
}

/** One or two shares of different versions whose weights sum to 100. Their order means nothing. */
export type TrafficSplit = readonly [Share] | readonly [Share, Share];

/** What the service tells of a version. Whatever it left out is undefined, never guessed. */
export interface VersionDetails {
  readonly version: CodeVersion;
  readonly description: string | undefined;
  /** RFC 3339, as the service wrote it. */
  readonly createdAt: string | undefined;
  readonly status: string | undefined;
  /** The environment whose variables are bound to this version, when there is one. */
  readonly boundTo: string | undefined;
}

/** The versions that the service lists, newest first. `complete` is false when the routine has more than it lists. */
export interface VersionListing {
  readonly versions: readonly VersionDetails[];
  readonly complete: boolean;
}

/** What an environment serves. */
export type Live =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'serving';
      /** Empty when the service shows a version without a deployment, as after a plain publish. */
      readonly deploymentId: string;
      /** RFC 3339, as the service wrote it. */
      readonly deployedAt: string | undefined;
      readonly split: TrafficSplit;
      readonly details: readonly VersionDetails[];
    };

/** Why a call brought no usable answer, in the words that the user will read. */
export interface Fault {
  readonly operation: string;
  /** The service's error code, or a name of our own for what happened on the way (`ConnectTimeout`, ...). */
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  /** What it means here and what to do about it, one sentence or two. */
  readonly advice: string;
  /** Whether the same call may succeed later. It says nothing on whether this one took effect. */
  readonly repeatable: boolean;
  /** How long the service asked to be left alone, in ms. */
  readonly retryAfter: number | undefined;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** What the user wants, once the inputs are found right. */
export interface Wish {
  readonly routine: string;
  readonly env: Environment;
  readonly goal: { readonly kind: 'split'; readonly split: TrafficSplit } | { readonly kind: 'report' };
  readonly expectDeploymentId: string | undefined;
  readonly dryRun: boolean;
}

/** What will be done about a wish, given what is live. Every plan remembers the wish and what was live before it. */
export type Plan = { readonly wish: Wish } & (
  | { readonly kind: 'unreadable'; readonly fault: Fault; readonly before: Live | undefined }
  | { readonly kind: 'refused'; readonly before: Live; readonly mistakes: readonly string[] }
  | { readonly kind: 'report'; readonly before: Live }
  | { readonly kind: 'nothing-to-do'; readonly before: Live; readonly target: TrafficSplit }
  | {
      readonly kind: 'deploy';
      readonly before: Live;
      readonly target: TrafficSplit;
      /** What the service told of the target's versions. */
      readonly known: readonly VersionDetails[];
      /** What could not be checked, a sentence each. */
      readonly doubts: readonly string[];
    }
);

/** What happened, and when. The timeline is the state of a run, its log and its report at once. */
export type Event = { readonly at: number } & (
  | {
      readonly kind: 'called';
      readonly operation: string;
      readonly attempt: number;
      readonly took: number;
      readonly requestId: string;
      /** `OK`, or the code of the fault. */
      readonly result: string;
      /** Set when the adapter will send it again by itself, as it does for reads alone. */
      readonly retryIn: number | undefined;
    }
  | { readonly kind: 'read'; readonly live: Live }
  | { readonly kind: 'read-failed'; readonly fault: Fault }
  | {
      readonly kind: 'accepted';
      readonly split: TrafficSplit;
      /** Empty when the answer did not name one. */
      readonly deploymentId: string;
      readonly requestId: string;
    }
  | { readonly kind: 'write-failed'; readonly split: TrafficSplit; readonly fault: Fault }
  /** Appended when the wait begins. */
  | { readonly kind: 'wait'; readonly for: number; readonly why: string }
);

export type Timeline = readonly Event[];

/** The one next thing to do. `wait` lasts somewhere between its bounds, so that many runs do not wake together. */
export type Command =
  | { readonly kind: 'write'; readonly split: TrafficSplit }
  | { readonly kind: 'read' }
  | { readonly kind: 'wait'; readonly atLeast: number; readonly atMost: number; readonly why: string }
  | { readonly kind: 'finish'; readonly conclusion: Conclusion };

export type Outcome = 'deployed' | 'unchanged' | 'planned' | 'drifted' | 'refused' | 'failed';

export interface Conclusion {
  readonly outcome: Outcome;
  /** One sentence. */
  readonly reason: string;
  /** What to do next, when something has to be done. */
  readonly advice: readonly string[];
}

import type { Outcome } from './outcome.js';
import type { Result } from './result.js';

/**
 * The words of the domain as data. Everything here is plain and immutable; nothing here knows a promise or a clock.
 * Instants are milliseconds since the epoch, stamped by whoever appends an event; durations are milliseconds.
 */

/** A code version's id: an opaque string, in practice 19 decimal digits. Never a number: it would be rounded. */
export type CodeVersion = string;

export type Environment = 'staging' | 'production';

/** One version's part of a split. `weight` is a whole percentage, 1-100. */
export interface Share<V = CodeVersion> {
  readonly version: V;
  readonly weight: number;
}

/** One or two shares of different versions whose weights sum to 100. Their order means nothing. */
export type TrafficSplit<V = CodeVersion> = readonly [Share<V>] | readonly [Share<V>, Share<V>];

/** What the service says of a version. Whatever it left out is undefined, never guessed. */
export interface VersionDetails {
  readonly version: CodeVersion;
  readonly description: string | undefined;
  /** RFC 3339, as the service wrote it. */
  readonly createdAt: string | undefined;
  readonly status: string | undefined;
  /** The environment whose variables are bound to this version, when there is one. */
  readonly boundTo: string | undefined;
  /** What it was built from, as lower-case hexadecimal digits. */
  readonly commit: string | undefined;
  /** Those of its assets whose names hold a hash; absent where it does not say. */
  readonly assetNames?: AssetNames;
}

/** Which hashed assets a version has, as a sketch of their names (`upload/asset-names.ts`). */
export interface AssetNames {
  /** How many hashed assets there are. */
  readonly count: number;
  /** The least hashes of their names, ascending, six hexadecimal digits each: all of them where they had room. */
  readonly hashes: readonly string[];
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
      /** The service's own clock when it answered, RFC 3339; absent where it did not say. */
      readonly answeredAt?: string;
      /** The domain that the service has given to the routine; absent where it did not say. */
      readonly host?: string;
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
  readonly transient: boolean;
  /** The service asks to be sent less: too many requests, or something else is being changed at the same moment. */
  readonly throttled: boolean;
  /** Whether a write that failed so may have taken effect, or may yet: its answer was lost, late or not understood. */
  readonly mayHaveActed: boolean;
  /** How long the service asked to be left alone, in ms. */
  readonly retryAfter: number | undefined;
  /** What the advice asks to be copied, to the letter and on lines of its own, such as a policy. */
  readonly snippet?: string;
}

export type Answer<T> = Result<T, Fault>;

/** A weight that the canary is given, and how long it is held and watched, in ms. */
export interface Step {
  readonly weight: number;
  readonly bake: number;
}

/** The rule that judges measurements. How they are taken is no business of the core. */
export interface Gate {
  /** Least share of healthy answers, in percent, 0-100. */
  readonly successRate: number;
  /** Time between checks, in ms. */
  readonly interval: number;
  /** How many URLs are asked at each check; 0 where there is none. */
  readonly urls: number;
  /** The response header that tells the versions apart, where there is one. */
  readonly mark: string | undefined;
  /** Whether what it finds is acted on, or told alone. */
  readonly mode: GateMode;
}

export type GateMode = 'enforce' | 'observe';

/** Answers, by what they were. */
export interface Counts {
  readonly good: number;
  readonly bad: number;
}

/** One probe that was not healthy, for the report. */
export interface Failure {
  readonly target: string;
  /** What was seen: `HTTP 500`, `exit 1`, ... */
  readonly seen: string;
  /** In ms. */
  readonly took: number;
  /** The code version that answered, where it names itself. */
  readonly version: string | undefined;
}

/** What one check saw. */
export interface Measurement {
  /** The input that asked for it. Each source needs a good measurement of its own. */
  readonly source: 'gate-url' | 'gate-command' | 'gate-logs';
  /** What the canary answered; what both versions did where nobody can tell who answered. */
  readonly canary: Counts;
  /** What the stable answered in the same check: the control, where the versions can be told apart. */
  readonly stable: Counts | undefined;
  /**
   * Of counts that were kept by others: whether they are those of this check alone, or of the whole step so far, and so
   * hold those of the checks before it. Absent where the check asked for each answer itself.
   */
  readonly since?: 'check' | 'step';
  /**
   * Requests that were sent and never answered whole, or badly without the header that tells the versions apart, as by the
   * platform for a routine that threw: somebody failed, and nobody can tell who.
   */
  readonly cut: number;
  /** What could not be measured, which is no evidence of anything. */
  readonly unknown: number;
  /** How many of these were good answers that lack that header. */
  readonly unnamed: number;
  /** The first few that were not healthy, the canary's before all others. */
  readonly failures: readonly Failure[];
  /**
   * Of counts of the whole step: the same by spans of time, oldest first. Each is judged like a check, so that an outage is
   * held apart, and all of them take the place of those that the source gave before at that step.
   */
  readonly spans?: readonly Span[];
}

/** What the stable answered by itself, before any request could go to the canary: no evidence on the canary at all. */
export interface Baseline {
  readonly stable: Counts;
  /** What could not be measured. */
  readonly unknown: number;
  /** The first few that were not healthy. */
  readonly failures: readonly Failure[];
}

/** What both versions answered in one span of time. */
export type Span = Pick<Measurement, 'canary' | 'stable'>;

export type AbortAction = 'rollback' | 'hold';

/** What a gate that only observes would have done. */
export interface Finding {
  readonly why: 'unhealthy' | 'inconclusive' | 'site-fails';
  readonly how: AbortAction | 'bake-on';
  /** The canary's, in whole percent. */
  readonly weight: number;
  /** How long that had been live, in ms. */
  readonly after: number;
  readonly sentence: string;
}

/** A canary that is rolled out by steps of rising weight. */
export interface Rollout<V = CodeVersion> {
  readonly kind: 'rollout';
  readonly canary: V;
  /** The user says that a canary older than what is live is meant. */
  readonly allowOlder?: boolean;
  readonly steps: readonly Step[];
  /** False: do what is due now, and end. */
  readonly wait: boolean;
  readonly gate: Gate | undefined;
  readonly onFailure: AbortAction;
  readonly onInconclusive: AbortAction;
  readonly onCancel: AbortAction;
}

/** What the user wants, once the inputs are found right. Until its words are resolved a version is a `VersionRef`. */
export interface Wish<V = CodeVersion> {
  readonly routine: string;
  readonly env: Environment;
  readonly goal: { readonly kind: 'split'; readonly split: TrafficSplit<V> } | { readonly kind: 'report' } | Rollout<V>;
  readonly expectDeploymentId: string | undefined;
  readonly dryRun: boolean;
}

/** What will be done about a wish, given what is live. Every plan remembers the wish and what was live before it. */
export type Plan = { readonly wish: Wish } & (
  | { readonly kind: 'unreadable'; readonly fault: Fault; readonly before: Live | undefined }
  | {
      readonly kind: 'refused';
      readonly before: Live;
      readonly mistakes: readonly string[];
      /** The same run would be refused again, so a schedule may stop. */
      readonly forGood?: true;
    }
  | { readonly kind: 'report'; readonly before: Live }
  | { readonly kind: 'nothing-to-do'; readonly before: Live; readonly target: TrafficSplit }
  | {
      readonly kind: 'deploy';
      readonly before: Live;
      readonly target: TrafficSplit;
      /** What the service says of the target's versions. */
      readonly known: readonly VersionDetails[];
      /** What could not be checked, a sentence each. */
      readonly doubts: readonly string[];
    }
  | {
      readonly kind: 'rollout';
      readonly rollout: Rollout;
      readonly before: Live;
      /** Serves what the canary does not. Undefined when nothing was live: then there is nothing to go back to. */
      readonly stable: CodeVersion | undefined;
      /**
       * The steps still to do, in order; the first is live already when `liveSince` says since when, and need not be one
       * of the rollout's own then.
       */
      readonly todo: readonly Step[];
      /** In ms since the epoch, by the runner's clock. */
      readonly liveSince: number | undefined;
      /** Since when it is live is unknown, and `liveSince` is the beginning of this run. */
      readonly bakesAnew?: true;
      readonly known: readonly VersionDetails[];
      readonly doubts: readonly string[];
    }
);

/** What comes after a wait: another look at what does not show, a call that failed once more, or the rest of a bake. */
export type Purpose = 'look' | 'retry' | 'bake';

/** Why a run leaves its path. */
export type AbortReason = 'unhealthy' | 'inconclusive' | 'undeployable' | 'unreadable' | 'cancelled';

/** A step that somebody else took: what they deployed, and how long it is held and watched from now on, in ms. */
export interface Adoption extends Step {
  readonly split: TrafficSplit;
  /** May be empty. */
  readonly deploymentId: string;
}

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
      /** The account sends too much, or the service is busy. */
      readonly throttled?: boolean;
      /** How long it was held back before it was sent, so that others find room, in ms. */
      readonly waited?: number;
      /** Tries of this call before it that were throttled and have no event of their own, so that minutes take no room. */
      readonly collapsed?: number;
    }
  /** `baking`: looked in the midst of a bake, where nothing depends on it yet. */
  | { readonly kind: 'read'; readonly live: Live; readonly baking?: true }
  | { readonly kind: 'read-failed'; readonly fault: Fault; readonly baking?: true }
  | {
      readonly kind: 'accepted';
      readonly split: TrafficSplit;
      /** Empty when the answer did not name one. */
      readonly deploymentId: string;
      readonly requestId: string;
    }
  | { readonly kind: 'write-failed'; readonly split: TrafficSplit; readonly fault: Fault }
  /** Appended when the wait begins; a cancellation may end it before its time. */
  | {
      readonly kind: 'wait';
      readonly for: number;
      readonly purpose: Purpose;
      readonly why: string;
    }
  | { readonly kind: 'measured'; readonly weight: number; readonly measurement: Measurement }
  /** The gate's URLs were asked while this version alone was live. */
  | ({ readonly kind: 'baseline'; readonly version: CodeVersion } & Baseline)
  /** A gate that only observes found it. */
  | ({ readonly kind: 'observed' } & Finding)
  /** The code has a version: a new one, or one that was there with the same bytes. */
  | { readonly kind: 'uploaded'; readonly version: CodeVersion; readonly reused: boolean; readonly mark: string }
  | { readonly kind: 'upload-failed'; readonly fault: Fault }
  /** A version was deleted, to make room or since its own upload was not finished. */
  | { readonly kind: 'removed'; readonly version: CodeVersion; readonly why: 'pruned' | 'unfinished' }
  /** The service answered otherwise than is assumed of it, and than docs/facts.md has it; nothing follows from that. */
  | { readonly kind: 'deviated'; readonly fact: string; readonly seen: string }
  /** Somebody else gave the canary more, and the rollout goes on from there. */
  | ({ readonly kind: 'adopted' } & Adoption)
  /** The workflow was cancelled. */
  | { readonly kind: 'cancelled'; readonly by: string }
  /** A run before this one decided to leave its path, or was cut short, and left the rollout unfinished. */
  | {
      readonly kind: 'aborted';
      readonly why: AbortReason;
      readonly how: AbortAction;
      readonly sentence: string;
    }
);

export type Timeline = readonly Event[];

/**
 * The one next thing to do. `rollback` says that it leads back to the stable: nothing is retried for longer. `wait` lasts
 * somewhere between its bounds, so that many runs do not wake together.
 */
export type Command =
  /** `attempt` counts from 1, of the same split in a row. */
  | { readonly kind: 'write'; readonly split: TrafficSplit; readonly attempt: number; readonly rollback: boolean }
  /** `baking`: it is tried once, since the gate's checks do not wait for it. */
  | { readonly kind: 'read'; readonly rollback: boolean; readonly baking?: true }
  /** Take one check of the canary at this weight, which it has had since then, in ms since the epoch. */
  | { readonly kind: 'measure'; readonly weight: number; readonly since: number }
  /** Ask the gate's URLs while this version alone is live, as often as a check does at this weight of the canary. */
  | { readonly kind: 'baseline'; readonly version: CodeVersion; readonly weight: number }
  /** Write down what the gate would have done, and go on. */
  | { readonly kind: 'observe'; readonly finding: Finding }
  /** Go on from what somebody else deployed. */
  | { readonly kind: 'adopt'; readonly adoption: Adoption }
  | {
      readonly kind: 'wait';
      readonly atLeast: number;
      readonly atMost: number;
      readonly purpose: Purpose;
      readonly why: string;
    }
  | { readonly kind: 'finish'; readonly conclusion: Conclusion };

export interface Conclusion {
  readonly outcome: Outcome;
  /** Why, and what is live: sentences that stand alone in the log and in the output. */
  readonly reason: string;
  /** Why alone, for whoever is told before what is live; absent where `reason` says no more than that. */
  readonly why?: string;
  /** What the next run of a schedule does, with which `reason` ends; absent where there is none. */
  readonly nextRun?: string;
  /** What to do next, when something has to be done. */
  readonly advice: readonly string[];
  /** What somebody has to know although all went as asked. */
  readonly warning?: string;
  /** A write of this run may still change what is live: the post step looks once more. */
  readonly unsettled?: boolean;
  /** Nothing is left to do, although the outcome alone does not say so. */
  readonly done?: true;
  /** When the next step is due, in ms since the epoch; set by `baking` alone. */
  readonly nextStepAt?: number;
}

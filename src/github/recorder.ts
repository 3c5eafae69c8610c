import type { UnstampedEvent } from '../ports.js';
import { oneLine, withStop } from '../rollout/escape.js';
import type { CodeVersion, Environment, Live, Plan } from '../rollout/model.js';
import { RECORDS_UNREAD } from '../rollout/record.js';
import type { FinishedRun } from '../rollout/report/finished-run.js';
import { failed, type Result } from '../rollout/result.js';
import type { RecordPlace } from './deployments.js';
import type { RecordMemory } from './record-memory.js';

/**
 * The record of a run's rollout at GitHub. Whatever goes wrong with it costs a warning and a part of its budget, and
 * never the rollout.
 */
export interface Recorder {
  /** Before the first write: the plan, refused where a schedule would try once more what failed. */
  readonly begin: (plan: Plan) => Promise<Plan>;
  /** Each event as it is appended. Nobody waits for what is sent then. */
  readonly note: (event: UnstampedEvent) => void;
  /** After the last write. */
  readonly end: (run: Pick<FinishedRun, 'plan' | 'timeline' | 'conclusion' | 'live'>) => Promise<void>;
  /** By the post step, of a run that was killed, and left evidence or not: how that ended, unless it said so itself. */
  readonly close: (hasEvidence: boolean) => Promise<void>;
  /** The version that served at 100 % before what is live, or why nobody knows; a clause. */
  readonly previousVersion: (live: Live) => Promise<Result<CodeVersion, string>>;
}

/** What is asked for. */
export interface RecordWish {
  /** Of GitHub. */
  readonly environment: string;
  /** Empty where there is none. */
  readonly token: string;
  /** A status for each step, too. */
  readonly steps: boolean;
  /** Tried again although the last try failed. */
  readonly retry: boolean;
}

export interface RecordMeans {
  readonly wish: { readonly routine: string; readonly env: Environment };
  readonly place: RecordPlace;
  readonly serverUrl: string;
  readonly steps: boolean;
  /** A person started this run, or says that it is meant. */
  readonly byPerson: boolean;
  /** Of all requests together, in ms. */
  readonly budget: number;
  readonly cancelled: AbortSignal;
  readonly redact: (text: string) => string;
  readonly memory: RecordMemory;
  /** Not the post step: a rollout that has no record by then gets none. */
  readonly mayCreate: boolean;
  readonly warn: (sentence: string) => void;
}

/** A fault in here, not GitHub's. */
export function faultInRecord(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return `The record of this rollout is not complete, by a fault in the action itself: ${withStop(oneLine(said))} Please report it.`;
}

/** The rollout goes on whatever a recorder throws. */
export function guarded(recorder: Recorder, warn: (sentence: string) => void): Recorder {
  const or = async <T>(otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      warn(faultInRecord(error));
      return otherwise;
    }
  };
  return {
    begin: (plan) => or(plan, () => recorder.begin(plan)),
    note: recorder.note,
    end: (run) => or(undefined, () => recorder.end(run)),
    close: (hasEvidence) => or(undefined, () => recorder.close(hasEvidence)),
    previousVersion: (live) => or(failed(RECORDS_UNREAD), () => recorder.previousVersion(live)),
  };
}

/** Where none is asked for, or none can be: somebody was warned of that then. */
export const NO_RECORD: Recorder = {
  begin: async (plan) => plan,
  note: () => {},
  end: async () => {},
  close: async () => {},
  previousVersion: async () => failed(RECORDS_UNREAD),
};

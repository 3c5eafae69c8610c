/** States of a GitHub Deployment that are written. */
export type RecordState = 'in_progress' | 'success' | 'failure' | 'inactive';

interface Ending {
  readonly emoji: string;
  readonly title: string;
  /** The exit code of the step. */
  readonly exit: 0 | 1;
  /** Whether a run that ends so has made a deployment; `either` where the timeline has to tell. */
  readonly changed: 'yes' | 'no' | 'either';
  /** Nothing is left to do: a schedule may stop asking. */
  readonly done: boolean;
  /** How the step that was live last is called then; it need not be what is live. */
  readonly lastStep: 'live' | 'rolled back' | 'held' | 'rollback failed' | 'replaced by somebody else';
  /** Whether the post step fails where it ends so: something may be left that a person has to look at. */
  readonly postStepFails: boolean;
  /** The state of the rollout's record then; `none` where there is no rollout to record. */
  readonly record: RecordState | 'none';
  /** What a person has to do about it, said before the advice of the run itself; empty where that says all. */
  readonly toDo: string;
  /** When a run ends so, for docs/outcomes.md. */
  readonly when: string;
}

/** Every way in which a run can end, and all that follows from it. The summary, the outputs and docs/outcomes.md read it here. */
export const OUTCOMES = {
  deployed: {
    emoji: '✅',
    title: 'Deployed',
    exit: 0,
    changed: 'yes',
    done: true,
    lastStep: 'live',
    postStepFails: true,
    record: 'success',
    toDo: 'Nothing.',
    when: 'the split of `versions` is live, as read back',
  },
  promoted: {
    emoji: '✅',
    title: 'Promoted',
    exit: 0,
    changed: 'either',
    done: true,
    lastStep: 'live',
    postStepFails: true,
    record: 'success',
    toDo: 'Nothing.',
    when: 'the last step was 100 % and held; or somebody else promoted the canary meanwhile, and `reason` and a warning say so',
  },
  paused: {
    emoji: '⏸️',
    title: 'Paused',
    exit: 0,
    changed: 'either',
    done: true,
    lastStep: 'live',
    postStepFails: true,
    record: 'success',
    toDo: 'Decide how it goes on.',
    when: 'the last step was below 100 % and held, or a higher weight that somebody else gave the canary meanwhile',
  },
  baking: {
    emoji: '⏳',
    title: 'Baking',
    exit: 0,
    changed: 'either',
    done: false,
    lastStep: 'live',
    postStepFails: true,
    record: 'in_progress',
    toDo: 'Nothing: the next run of the schedule goes on with it.',
    when: '`wait: false`, and the next step is not due',
  },
  uploaded: {
    emoji: '📦',
    title: 'Uploaded',
    exit: 0,
    changed: 'no',
    done: true,
    lastStep: 'live',
    postStepFails: true,
    record: 'none',
    toDo: 'Nothing, until it is to be live.',
    when: '`code` is a version now, a new one or one that existed already; nothing was deployed',
  },
  unchanged: {
    emoji: '✅',
    title: 'Unchanged',
    exit: 0,
    changed: 'no',
    done: true,
    lastStep: 'live',
    postStepFails: true,
    record: 'none',
    toDo: 'Nothing.',
    when: 'what was asked for was live already; nothing was written',
  },
  planned: {
    emoji: '📝',
    title: 'Planned',
    exit: 0,
    changed: 'no',
    done: false,
    lastStep: 'live',
    postStepFails: true,
    record: 'none',
    toDo: 'Nothing: this run only looked.',
    when: '`dry-run`; nothing was written',
  },
  'rolled-back': {
    emoji: '⏪',
    title: 'Rolled back',
    exit: 1,
    changed: 'either',
    done: true,
    lastStep: 'rolled back',
    postStepFails: false,
    record: 'failure',
    toDo: 'Nothing for the traffic.',
    when: 'the stable serves 100 % again, as read back; `reason` says so if somebody else put it back',
  },
  held: {
    emoji: '✋',
    title: 'Held',
    exit: 1,
    changed: 'either',
    done: false,
    lastStep: 'held',
    postStepFails: false,
    record: 'failure',
    toDo: '',
    when: 'stopped where it is, because an input says `hold` (also if what is live can no longer be read), or cancelled before anything took effect',
  },
  drifted: {
    emoji: '⚠️',
    title: 'Drifted',
    exit: 1,
    changed: 'either',
    done: false,
    lastStep: 'replaced by somebody else',
    postStepFails: false,
    record: 'inactive',
    toDo: '',
    when: 'somebody else deployed meanwhile, and it was no step of this rollout; `reason` says whether this run left it alone, or wrote over it by a write that was under way',
  },
  refused: {
    emoji: '⛔',
    title: 'Refused',
    exit: 1,
    changed: 'no',
    done: false,
    lastStep: 'live',
    postStepFails: true,
    record: 'none',
    toDo: 'Put right what is named, and run this again.',
    when: 'nothing was written: an input is wrong, a word stands for no version, a version cannot be deployed, a deployment other than the expected one is live, the canary is older than what is live, its record says that it has failed before (on a schedule; `done` is true then), or nobody knows which of two live versions is the canary or since when it is live',
  },
  failed: {
    emoji: '❌',
    title: 'Failed',
    exit: 1,
    changed: 'either',
    done: false,
    lastStep: 'live',
    postStepFails: true,
    record: 'failure',
    toDo: '',
    when: 'the service said no, or could not be reached; `reason` says what is live, or that it is unknown',
  },
  'rollback-failed': {
    emoji: '🚨',
    title: 'Rollback failed',
    exit: 1,
    changed: 'either',
    done: false,
    lastStep: 'rollback failed',
    postStepFails: true,
    record: 'failure',
    toDo: 'Act now.',
    when: 'the stable could not be restored: the annotation names what is live and the exact input that restores it; the post step tries once more',
  },
} as const satisfies Readonly<Record<string, Ending>>;

export type Outcome = keyof typeof OUTCOMES;

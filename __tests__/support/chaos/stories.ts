import { NO_LOGS } from './logs.js';
import type { Scenario } from './scenario.js';

/**
 * Runs to which something happened, for lies about them. What was done is as the emulator wrote it down; only what is
 * told of it is changed, once for each lie.
 */
export const STORIES = {
  /** The canary is live at 60 %, which is no step, and a gate watches it. */
  stray: { start: 'odd-weight', gate: 'command' },
  /** A step's write is answered with `{}`, and has landed. */
  misunderstood: {
    faults: [{ operation: 'CreateRoutineCodeDeployment', times: 1, effect: { kind: 'odd', how: 'empty' } }],
  },
  /** The look after the first step shows `Envs: null`. */
  vanished: { faults: [{ operation: 'GetRoutine', skip: 1, times: 1, effect: { kind: 'odd', how: 'envs-null' } }] },
  /** The first step is throttled twice. */
  throttled: {
    faults: [
      { operation: 'CreateRoutineCodeDeployment', times: 2, effect: { kind: 'error', code: 'Throttling.User' } },
    ],
  },
  /** The gate fails at the first step. */
  unhealthy: { gate: 'command', canary: 'failing', steps: '5% for 60ms, 100%' },
  held: { gate: 'command', canary: 'failing', steps: '5% for 60ms, 100%', onFailure: 'hold' },
  /** The same by a URL, whose answers nobody can tell apart. */
  mixed: { gate: 'url', canary: 'failing', steps: '50% for 5s, 100%' },
  /** The gate fails at the first step, and only observes. */
  observed: { gate: 'command', canary: 'failing', steps: '5% for 60ms, 100%', mode: 'observe' },
  /** A schedule, and a person who puts the stable back between two of its runs. */
  undone: {
    wait: false,
    steps: '5% for 3s, 100%',
    people: [{ who: 'stable', lag: 0, at: 'between-ticks' }],
  },
  /** A schedule that goes on with the first step. */
  schedule: { wait: false, start: 'resumed' },
  /** Killed when the first step is live; the post step puts the stable back. */
  killed: {
    steps: '5% for 1h, 100%',
    kill: { after: { requests: 4 }, signals: [['SIGKILL', 0]] },
  },
  /** Somebody gives the canary more while it bakes, and the rollout goes on from there. */
  moved: {
    steps: '5% for 60ms, 100%',
    gate: 'command',
    faults: [
      { operation: 'GetRoutine', skip: 2, times: 1, effect: { kind: 'person', who: 'higher', when: 'before', lag: 0 } },
    ],
  },
  /** The same, all of it; and none of it. */
  promoted: {
    steps: '5% for 60ms, 100%',
    faults: [
      { operation: 'GetRoutine', skip: 2, times: 1, effect: { kind: 'person', who: 'canary', when: 'before', lag: 0 } },
    ],
  },
  aborted: {
    steps: '5% for 60ms, 100%',
    faults: [
      { operation: 'GetRoutine', skip: 2, times: 1, effect: { kind: 'person', who: 'stable', when: 'before', lag: 0 } },
    ],
  },
  /** The same of a canary that is asked for as the latest. */
  worded: {
    words: 'latest',
    steps: '5% for 1h, 100%',
    kill: { after: { requests: 4 }, signals: [['SIGKILL', 0]] },
  },
  /** Somebody deploys between the look and the write, and is seen before the write shows. */
  over: {
    goal: 'split-canary',
    quirks: { lagReads: 1 },
    faults: [
      { operation: 'GetRoutine', times: 1, effect: { kind: 'person', who: 'other-beside', when: 'after', lag: 0 } },
    ],
  },
  /** Log Service is asked, and the canary is well. */
  logged: { gate: 'logs', steps: '5% for 2s, 100%', logs: { ...NO_LOGS, rate: 400 } },
  /** It is asked, and has no index. */
  unlogged: { gate: 'logs', steps: '5% for 1s, 100%', logs: { ...NO_LOGS, rate: 400, place: { index: null } } },
} as const satisfies Readonly<Record<string, Partial<Scenario>>>;
export type Story = keyof typeof STORIES;

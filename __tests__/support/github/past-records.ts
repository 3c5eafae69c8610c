import { expect } from '@jest/globals';
import { type GitHub, startGitHub } from '../../../emulator/github/github.js';
import { openRecorder } from '../../../src/github/record.js';
import type { SavedRecord } from '../../../src/github/record-memory.js';
import type { Recorder } from '../../../src/github/recorder.js';
import { serving, splitOf } from '../rollout/builders.js';
import { SHA } from './record-stage.js';

export const serves = (id: string, ...shares: (readonly [string, number])[]) => serving(id, splitOf(...shares));
export const PAYLOAD = {
  routine: 'hello',
  env: 'production',
  canary: '2',
  before: '1=100',
  beforeDeployment: '11',
  asked: '100%',
  run: 'https://github.test/octo/edge/actions/runs/1',
  key: '0b6f1c5e-7d2a-4c39-9d0f-2f6b7a1c9e55',
};

export interface Past {
  readonly payload?: unknown;
  readonly task?: string;
  /** Oldest first. */
  readonly statuses?: readonly (readonly [string, string])[];
}

/** A GitHub that has these records, oldest first, and a recorder that reads them. */
export async function withPast(
  past: readonly Past[],
  play: (recorder: Recorder, github: GitHub, said: string[], saved: (SavedRecord | undefined)[]) => Promise<void>,
) {
  await using github = await startGitHub();
  for (const [index, { payload = PAYLOAD, task = 'esa:hello:production', statuses = [] }] of past.entries())
    github.deployments.unshift({
      id: index + 1,
      sha: SHA,
      ref: SHA,
      task,
      payload,
      environment: 'edge',
      description: '',
      transient: false,
      production: true,
      autoMerge: false,
      requiredContexts: [],
      createdAt: '2026-11-26T00:00:00Z',
      statuses: statuses.toReversed().map(([state, description], at) => ({
        id: 100 * (index + 1) - at,
        state,
        description,
        environmentUrl: '',
        logUrl: '',
        createdAt: '2026-11-26T00:00:00Z',
      })),
    });
  const said: string[] = [];
  const saved: (SavedRecord | undefined)[] = [];
  const recorder = openRecorder({
    wish: { routine: 'hello', env: 'production' },
    place: {
      apiUrl: github.url,
      owner: 'octo',
      repo: 'edge',
      token: github.token,
      sha: SHA,
      environment: 'edge',
      runUrl: 'https://github.test/octo/edge/actions/runs/2',
    },
    serverUrl: 'https://github.test',
    steps: false,
    byPerson: false,
    budget: 10_000,
    mayCreate: true,
    cancelled: new AbortController().signal,
    redact: (text) => text,
    memory: { saved: undefined, save: (record) => saved.push(record) },
    warn: (sentence) => said.push(sentence),
  });
  await play(recorder, github, said, saved);
  expect(github.violations).toEqual([]);
}

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Emulator, type Misbehaviour, timestamp } from '../../../emulator/emulator.js';
import type { Stage } from './stage.js';

export const write = 'CreateRoutineCodeDeployment';
export const post = resolve(import.meta.dirname, '../../../../dist/post.cjs');
export const BAKED = '5% for 300ms, 50% for 300ms, 100%';

export const gate = (emulator: Emulator) => ({
  'gate-url': `${emulator.edge}/production/hello/`,
  'gate-version-header': 'X-Code-Version',
  'gate-interval': '100ms',
});

export function misbehave(emulator: Emulator, version: string | undefined, misbehaviour: Misbehaviour): void {
  const found = emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === version);
  if (found !== undefined) found.misbehaviour = misbehaviour;
}

/** What was ever deployed to production, as the canary's weights in their order. */
export const weights = ({ emulator, versions }: Stage) =>
  emulator.world.routines['hello']?.environments.production.history
    .slice(1)
    .map((one) => one.codeVersions.find((share) => share.codeVersion === versions[1])?.percentage ?? 0);

/** Lets what is live in production have been so for longer, by both of its witnesses. In ms. */
export function age({ emulator }: Pick<Stage, 'emulator'>, by: number): void {
  const current = emulator.world.routines['hello']?.environments.production.current;
  if (current === undefined) return;
  current.creationTime = timestamp(Date.parse(current.creationTime) - by);
  current.deployId = String(BigInt(current.deployId) - BigInt(by) * 1_000_000n);
}

/** Signal 0 asks whether a process is there; a zombie that nobody waits for counts as ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/State:\s+Z/.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}

export const alone = (version: string | undefined) => ({ [version ?? '']: 100 });

/** Sends a signal when the log says something. */
export const cancelAt = (mark: string, signal: NodeJS.Signals = 'SIGINT', times = 1) => {
  let kill: (() => void) | undefined;
  let left = times;
  return {
    onStart: (child: { kill: (with_: NodeJS.Signals) => boolean }) => {
      kill = () => child.kill(signal);
    },
    onLine: (line: string) => {
      if (line.includes(mark) && left > 0) {
        left -= 1;
        kill?.();
      }
    },
  };
};

import { addVersion, type CodeVersion, deploy, type Emulator, timestamp } from '../../../emulator/emulator.js';
import { actions, type Stage } from './stage.js';

/** What words are resolved by: versions of the routine `hello` as a test needs them, and how often the service was asked. */

export const LIST = 'ListRoutineCodeVersions';
export const READ = 'GetRoutine';

export const SHA = '4f2a91c0d5e6b7a8c9d0e1f2a3b4c5d6e7f80912';
export const builtFrom = (CommitId: unknown) => ({ extraInfo: JSON.stringify({ Source: 'Github', CommitId }) });

export const versionOf = ({ emulator }: Pick<Stage, 'emulator'>, version: string | undefined): Partial<CodeVersion> =>
  emulator.world.routines['hello']?.versions.find((known) => known.codeVersion === version) ?? {};

/** Adds versions that are newer than all others, a second apart; the last is the newest. */
export function addNewer(
  { emulator }: Pick<Stage, 'emulator'>,
  count: number,
  given: Partial<CodeVersion> = {},
): string[] {
  const from = Date.now() - 3_600_000;
  return Array.from({ length: count }, (_, index) => addVersion(emulator.world, 'hello', given, from + index * 1_000));
}

export const serve = (
  { emulator }: Pick<Stage, 'emulator'>,
  env: 'production' | 'staging',
  ...shares: readonly (readonly [string | undefined, number])[]
) =>
  deploy(
    emulator.world,
    'hello',
    env,
    shares.map(([codeVersion = '', percentage]) => ({ codeVersion, percentage })),
  );

export const times = (emulator: Emulator, action: string) => actions(emulator).filter((one) => one === action).length;

/** Versions that were created before all others. */
export const oldVersions = (count: number): CodeVersion[] =>
  Array.from({ length: count }, (_, index) => ({
    codeVersion: String(1_600_000_000_000_000_001n + BigInt(index)),
    description: '',
    createTime: timestamp(1_600_000_000_000),
    status: 'Available',
  }));

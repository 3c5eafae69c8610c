import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../src/rollout/model.js';
import { isVersion, type Share } from './answers.js';
import { makeFolder } from './place.js';
import { orNotWritten, Stopped } from './stopped.js';

/** What a run has to put back, kept in a file before the first write so that the next run can, should this one be killed. */
export interface Saved {
  readonly routine: string;
  readonly env: Environment;
  /** With its protocol, as `--endpoint` takes it. */
  readonly endpoint: string;
  readonly original: readonly Share[];
  readonly originalId: string;
  /** DeployIds that a write of the run was answered, or seen to have. */
  own: string[];
  /** Splits that were sent, as `keyOf` writes them. */
  tried: string[];
  /** Of those, the ones that were not seen yet: whatever shows such a split may be of the run, whatever its DeployId. */
  open: Open[];
  /** Whether what is answered as DeploymentId was seen as DeployId. */
  sameIds: boolean;
  /** What somebody else deployed meanwhile, for a reader; empty where nobody has. */
  foreign: string;
  /** Of versions that the run uploads: their description, by which they are found again. */
  readonly marker: string;
  uploads: boolean;
}

/** A split that was sent, and the id that the answer named; empty where none came. */
export interface Open {
  readonly key: string;
  readonly id: string;
}

export interface SavedFile {
  readonly load: () => Saved | undefined;
  /** Whatever was there is replaced as a whole, so that nobody meets half of it. */
  readonly save: (saved: Saved) => void;
  readonly forget: () => void;
}

export function savedFile(path: string): SavedFile {
  return {
    load: () => (existsSync(path) ? read(path) : undefined),
    save: (saved) => {
      orNotWritten(path, '--state', () => {
        makeFolder(dirname(path));
        writeFileSync(`${path}.tmp`, `${JSON.stringify(saved, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${path}.tmp`, path);
      });
    },
    forget: () => {
      if (existsSync(path)) rmSync(path);
    },
  };
}

function read(path: string): Saved {
  const damaged = new Stopped(
    `${path} says that a run before this one was not restored, but cannot be read.`,
    'Look in the console at what is live in the environment that it was run for, put it right, and delete the file.',
  );
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw damaged;
  }
  if (!isSaved(given)) throw damaged;
  return given;
}

const isTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');

function isSaved(given: unknown): given is Saved {
  if (typeof given !== 'object' || given === null) return false;
  const { routine, env, endpoint, original, originalId, own, tried, open, sameIds, foreign, marker, uploads } =
    given as Partial<Saved>;
  const isSplit =
    Array.isArray(original) &&
    original.every(
      (share: Partial<Share> | null) => isVersion(String(share?.version)) && Number.isInteger(share?.weight),
    );
  const texts = [routine, endpoint, originalId, foreign, marker].every((text) => typeof text === 'string');
  return (
    isSplit &&
    texts &&
    isTexts(own) &&
    isTexts(tried) &&
    Array.isArray(open) &&
    open.every((one: Partial<Open> | null) => typeof one?.key === 'string' && typeof one.id === 'string') &&
    typeof sameIds === 'boolean' &&
    typeof uploads === 'boolean' &&
    (env === 'staging' || env === 'production')
  );
}

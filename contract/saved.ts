import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../src/rollout/model.js';
import { isVersion, type Share } from './answers.js';
import { orNotWritten, Stopped } from './stopped.js';

/** What a run has to put back, kept in a file before the first write so that the next run can, should this one be killed. */
export interface Saved {
  readonly routine: string;
  readonly env: Environment;
  readonly endpoint: string;
  readonly original: readonly Share[];
  readonly originalId: string;
  /** DeployIds that a write of the run was seen to have. */
  own: string[];
  /** Splits that were sent, as `keyOf` writes them. */
  tried: string[];
  /** Of versions that the run uploads: their description, by which they are found again. */
  readonly marker: string;
  uploads: boolean;
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
        mkdirSync(dirname(path), { recursive: true });
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
  const { routine, env, endpoint, original, originalId, own, tried, marker, uploads } = given as Partial<Saved>;
  const isSplit =
    Array.isArray(original) &&
    original.every(
      (share: Partial<Share> | null) => isVersion(String(share?.version)) && Number.isInteger(share?.weight),
    );
  const texts = [routine, endpoint, originalId, marker].every((text) => typeof text === 'string');
  return (
    isSplit &&
    texts &&
    isTexts(own) &&
    isTexts(tried) &&
    typeof uploads === 'boolean' &&
    (env === 'staging' || env === 'production')
  );
}

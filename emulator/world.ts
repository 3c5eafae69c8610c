/** The state behind the emulator: plain data that survives JSON, in which every version and id is a string. */

import type { Asset } from './build.js';
import { factsGiven } from './facts.js';
import type { LogWorld } from './log-store.js';
import { checkMisbehaviour, checkOutage, type Misbehaviour, type Outage } from './misbehaviour.js';
import { defaultQuirks, type Quirks } from './quirks.js';

export const environmentNames = ['production', 'staging'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

export interface Share {
  codeVersion: string;
  percentage: number;
}

/** Whose request deployed, or that it was none of the API's. */
export type Maker = { requestId: string; accessKeyId: string } | 'somebody else';

export interface Deployment {
  deployId: string;
  /** RFC 3339, UTC, whole seconds. */
  creationTime: string;
  strategy: 'percentage';
  codeVersions: Share[];
  /** Absent in a world that was written by hand; so is `at`. */
  by?: Maker | undefined;
  /** When it took effect, in ms since the epoch. */
  at?: number | undefined;
  /** Made by PublishRoutineCodeVersion while `publishFillsCodeDeploy` was off: no CodeDeploy is shown for it. */
  publishedOnly?: boolean | undefined;
}

export interface Environment {
  current?: Deployment | undefined;
  /** Every deployment ever accepted, oldest first, the current one included. The real API shows none of it. */
  history: Deployment[];
  /** What GetRoutine still shows for the next `reads` answers; `shown` is null when nothing was deployed then. */
  lag?: { shown: Deployment | null; reads: number } | undefined;
}

export type VersionStatus = 'Available' | 'Init' | 'Failed';

export interface CodeVersion {
  codeVersion: string;
  description: string;
  createTime: string;
  status: VersionStatus;
  deployEnv?: EnvironmentName | undefined;
  /** A string that holds JSON, as the API has it. */
  extraInfo?: string | undefined;
  /** What its code answers as x-commit, where `extraInfo` does not say it. */
  answersCommit?: string | undefined;
  buildId?: number | undefined;
  code?: string | undefined;
  /** By path below `assets/`. */
  assets?: Record<string, Asset> | undefined;
  notFoundStrategy?: string | undefined;
  misbehaviour?: Misbehaviour | undefined;
  /** While `Init`: it is another once it was read this many times more. Absent: stays Init. */
  readyAfterReads?: number | undefined;
  /** While `Init`: nor is it another before then, in ms since the epoch. */
  readyAt?: number | undefined;
  /** What it is then; Available when absent. */
  becomes?: VersionStatus | undefined;
}

export interface Routine {
  description: string;
  createTime: string;
  hasAssets: boolean;
  /** Oldest first. */
  versions: CodeVersion[];
  environments: Record<EnvironmentName, Environment>;
}

export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string | undefined;
  /** Milliseconds since the epoch. */
  expires?: number | undefined;
  /** Absent means active. */
  active?: boolean | undefined;
  /** RAM actions such as `esa:GetRoutine`; absent means all. */
  allow?: string[] | undefined;
}

/** A RAM role that AssumeRoleWithOIDC hands out. */
export interface Role {
  arn: string;
  providerArn: string;
  /** The `aud` the token must carry; absent: not looked at. */
  audience?: string | undefined;
  /** The `sub` that the trust policy asks for, to the letter; absent: not looked at. */
  subject?: string | undefined;
  /**
   * Ms; a session ends after so long, whatever was asked for. Tests cannot wait for the 15 minutes that are the least.
   */
  sessionEndsAfter?: number | undefined;
  /** Seconds; 3600 when absent. */
  maxSessionDuration?: number | undefined;
  /** `allow` of the credentials handed out. */
  allow?: string[] | undefined;
}

/** A form that was given out for posting code to object storage. */
export interface Upload {
  key: string;
  routine: string;
  /** Milliseconds since the epoch. */
  expires: number;
  /** The version that waits for the code; absent when CommitRoutineStagingCode will make it. */
  codeVersion?: string | undefined;
  /** What was posted. */
  code?: string | undefined;
}

export interface World {
  credentials: Credential[];
  routines: Record<string, Routine>;
  roles: Role[];
  uploads: Upload[];
  /** When the whole site misbehaves; the first that is under way counts. */
  outages: Outage[];
  quirks: Quirks;
  /** Where the edge's logs are delivered to; absent: nowhere. */
  logs?: LogWorld | undefined;
  /** The newest id given out; the next one is greater. */
  lastId: string;
}

/** A world of which only the interesting part is written down. */
export type WorldSeed = Partial<Omit<World, 'quirks'>> & { quirks?: Partial<Quirks> };

export const defaultCredential: Readonly<Credential> = {
  accessKeyId: 'emulator-key-id',
  accessKeySecret: 'emulator-key-secret',
};

/**
 * Completes a seed in place, so that whoever holds the object sees the live world. Throws a TypeError for a value that
 * is no world at all, and for a misbehaviour that cannot be.
 */
export function completeWorld(seed: WorldSeed): World {
  if (typeof seed !== 'object' || seed === null || Array.isArray(seed)) throw new TypeError('a world is an object');
  for (const [name, { versions = [] }] of Object.entries(seed.routines ?? {})) {
    for (const [index, { misbehaviour }] of versions.entries())
      if (misbehaviour !== undefined) checkMisbehaviour(misbehaviour, `${name}.versions[${index}].misbehaviour`);
  }
  for (const [index, outage] of (seed.outages ?? []).entries()) checkOutage(outage, `outages[${index}]`);
  const quirks = { ...defaultQuirks, ...factsGiven(process.env), ...seed.quirks };
  return Object.assign(seed, {
    credentials: seed.credentials ?? [{ ...defaultCredential }],
    routines: seed.routines ?? {},
    roles: seed.roles ?? [],
    uploads: seed.uploads ?? [],
    outages: seed.outages ?? [],
    quirks,
    lastId: seed.lastId ?? '0',
  });
}

/** No routine, one credential, every quirk at its default. */
export function emptyWorld(quirks: Partial<Quirks> = {}): World {
  return completeWorld({ quirks });
}

/** RFC 3339 in UTC with whole seconds, as every time of the API is written. `at` in ms since the epoch. */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/**
 * The next id: 19 digits, greater than every one before, the nanosecond epoch of `at` when that is free.
 * Always odd: an odd number of this size never survives the way through a JavaScript number, so rounding shows.
 */
export function nextId(world: World, at: number): string {
  const last = BigInt(world.lastId);
  const noise = ((last * 271_829n + 314_159n) % 1_000_000n) | 1n;
  const wanted = BigInt(Math.floor(at)) * 1_000_000n + noise;
  const smallest = 1_000_000_000_000_000_001n;
  const free = last + 2n;
  const id = [wanted, smallest, free].reduce((a, b) => (a > b ? a : b)) | 1n;
  world.lastId = String(id);
  return world.lastId;
}

/** Counted ids go on from the greatest there is. */
function nextDeployId(world: World, at: number): string {
  if (world.quirks.deployIds === 'nanoseconds') return nextId(world, at);
  const deployments = Object.values(world.routines).flatMap(({ environments }) =>
    environmentNames.flatMap((environment) => environments[environment].history),
  );
  return String(FIRST_COUNTED_ID + deployments.length);
}

const FIRST_COUNTED_ID = 589_267;

/** The routine of that name, or undefined; a name such as `constructor` is no routine. */
export function findRoutine(world: World, name: string): Routine | undefined {
  return Object.hasOwn(world.routines, name) ? world.routines[name] : undefined;
}

/** The code version of that id, or undefined. */
export function findVersion(routine: Routine, codeVersion: string): CodeVersion | undefined {
  return routine.versions.find((version) => version.codeVersion === codeVersion);
}

function existing(world: World, name: string): Routine {
  const routine = findRoutine(world, name);
  if (routine === undefined) throw new Error(`the world has no routine ${name}`);
  return routine;
}

/** Adds a routine without versions and gives it back. `at` in ms since the epoch. */
export function addRoutine(
  world: World,
  name: string,
  given: { description?: string; hasAssets?: boolean } = {},
  at: number = Date.now(),
): Routine {
  const routine: Routine = {
    description: given.description ?? '',
    createTime: timestamp(at),
    hasAssets: given.hasAssets ?? false,
    versions: [],
    environments: { production: { history: [] }, staging: { history: [] } },
  };
  world.routines[name] = routine;
  return routine;
}

/** Adds a code version, Available unless told, and gives back its id. Throws when the routine is unknown. */
export function addVersion(
  world: World,
  routine: string,
  given: Partial<CodeVersion> = {},
  at: number = Date.now(),
): string {
  const codeVersion = given.codeVersion ?? nextId(world, at);
  const version = { description: '', createTime: timestamp(at), status: 'Available' as const, ...given, codeVersion };
  existing(world, routine).versions.push(version);
  return codeVersion;
}

/**
 * Makes a split live without any check, as somebody else's deployment would, and gives back its DeployId. Visible at
 * once: the quirk `lagReads` concerns deployments made through the API. Throws when the routine is unknown.
 */
export function deploy(
  world: World,
  routine: string,
  environment: EnvironmentName,
  codeVersions: readonly Share[],
  at: number = Date.now(),
  by: Maker = 'somebody else',
): string {
  const target = existing(world, routine).environments[environment];
  const deployment: Deployment = {
    deployId: nextDeployId(world, at),
    creationTime: timestamp(at),
    strategy: 'percentage',
    codeVersions: codeVersions.map(({ codeVersion, percentage }) => ({ codeVersion, percentage })),
    by,
    at,
  };
  target.current = deployment;
  target.history.push(deployment);
  target.lag = undefined;
  return deployment.deployId;
}

import { createHash } from 'node:crypto';
import {
  addRoutine,
  type CodeVersion,
  deploy,
  type Emulator,
  environmentNames,
  startWorld,
  type World,
} from '../../emulator/emulator.js';
import { valuesOf } from './expressions.js';
import { type Event, type Given, HOST, type Input, inputsOf, placesOf, type Workflow } from './workflow.js';

export const ROLE = 'acs:ram::1234567890123456:role/esa-deployer';
export const PROVIDER = 'acs:ram::1234567890123456:oidc-provider/github';
const DAY = 86_400_000;

/** Versions of the start world in `hello`, oldest first, which is the one that is live. */
export const versionsOf = (world: World, routine = 'hello'): readonly CodeVersion[] =>
  world.routines[routine]?.versions ?? [];

/** A version by its number, by the first word of its description, or `latest`. */
export function versionNamed(world: World, name: string, routine = 'hello'): CodeVersion | undefined {
  const versions = versionsOf(world, routine);
  if (name === 'latest') return versions.at(-1);
  return versions.find(({ codeVersion, description }) => codeVersion === name || firstWord(description) === name);
}

const firstWord = (description: string) => description.split(/[\s:]/)[0] ?? '';

/** Of which commit it was built; empty where nobody says. */
export function commitOf({ extraInfo = '{}' }: CodeVersion): string {
  const { CommitId } = JSON.parse(extraInfo) as { CommitId?: unknown };
  return typeof CommitId === 'string' ? CommitId : '';
}

/** As if it began with the day, so that a version keeps its number until tomorrow, for whoever names it by that. */
export const worldOf = (now: number): World => startWorld(now - (now % DAY));

/** Whoever builds a version says of which commit; the start world's were built by hand. */
export function withCommits(world: World): void {
  for (const { versions } of Object.values(world.routines))
    for (const version of versions) {
      const CommitId = createHash('sha1').update(version.description).digest('hex');
      version.extraInfo ??= JSON.stringify({ Source: 'CLI', CommitId });
    }
}

/** The world of an account that trusts this repository's jobs. */
export function trust(world: World): void {
  world.roles.push({ arn: ROLE, providerArn: PROVIDER, audience: 'sts.aliyuncs.com' });
}

/** What the repository of an example usually holds, under the names that the examples use. */
export function usual(world: World): Pick<Given, 'vars' | 'secrets'> {
  const [key] = world.credentials;
  return {
    vars: {
      ESA_ROLE_ARN: ROLE,
      ESA_OIDC_PROVIDER_ARN: PROVIDER,
      CANARY_VERSION: versionNamed(world, 'latest')?.codeVersion ?? '',
    },
    secrets: {
      ALIBABA_CLOUD_ACCESS_KEY_ID: key?.accessKeyId ?? '',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: key?.accessKeySecret ?? '',
      ESA_ACCESS_KEY_ID: key?.accessKeyId ?? '',
      ESA_ACCESS_KEY_SECRET: key?.accessKeySecret ?? '',
      ESA_UPLOAD_KEY_ID: key?.accessKeyId ?? '',
      ESA_UPLOAD_KEY_SECRET: key?.accessKeySecret ?? '',
    },
  };
}

/**
 * The form filled in: what was given, what it proposes, and what its fields are usually called. A host that it proposes
 * for a gate is the edge's.
 */
export function filledIn(
  workflow: Workflow,
  event: Event,
  given: Given['inputs'],
  { world, edge }: Pick<Emulator, 'world' | 'edge'>,
): Given['inputs'] {
  const declared = inputsOf(workflow, event);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0)
    throw new Error(
      `${event} has no input ${unknown.join(', ')}; it has ${Object.keys(declared).join(', ') || 'none'}`,
    );
  const values: Record<string, string> = {};
  for (const [name, input] of Object.entries(declared)) values[name] = given[name] ?? proposed(name, input, world);
  const place = `${edge}/${values['env'] ?? 'production'}/${values['routine'] ?? 'hello'}`;
  for (const [name, value] of Object.entries(values))
    if (given[name] === undefined && name.includes('url')) values[name] = value.replaceAll(HOST, place);
  return values;
}

/** `v2=10,v1` names versions by the first words of their descriptions; everything else stays. */
export const named = (text: string, world: World) =>
  text.replaceAll(/\bv\d+\b/g, (word) => versionNamed(world, word)?.codeVersion ?? word);

export const inWords = (given: Readonly<Record<string, string>> | undefined, world: World) =>
  Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, named(value, world)]));

const USUAL_ENV = 'production';

function proposed(name: string, input: Input, world: World): string {
  if (input.default !== undefined && input.default !== '') return String(input.default);
  // The form shows the first; here the environment is the other one.
  if (input.options !== undefined)
    return input.options.find((one) => one === USUAL_ENV && name === 'env') ?? input.options[0] ?? '';
  if (input.required !== true) return '';
  const [stable, next] = versionsOf(world);
  const newest = versionNamed(world, 'latest');
  const usually: Readonly<Record<string, string>> = {
    routine: 'hello',
    env: USUAL_ENV,
    canary: newest?.codeVersion ?? '',
    version: newest?.codeVersion ?? '',
    versions: `${next?.codeVersion}=10,${stable?.codeVersion}`,
    commit: newest === undefined ? '' : commitOf(newest),
  };
  if (usually[name] !== undefined) return usually[name];
  if (input.type === 'boolean') return 'false';
  throw new Error(`say --input ${name}=VALUE: the workflow requires it and proposes nothing`);
}

/** The routines that a workflow names, itself or by a field `routines`, or else `hello`. */
export function routinesOf(workflow: Workflow, given: Pick<Given, 'inputs' | 'vars'>): readonly string[] {
  const listed = given.inputs['routines']?.split(/[\s,]+/).filter((name) => name !== '') ?? [];
  const placed = placesOf(workflow).flatMap(({ job, with: its }) => valuesOf(its['routine'], job, given));
  const names = [...listed, ...placed];
  return names.length === 0 ? ['hello'] : [...new Set(names)];
}

/** Adds those that are not there, each like `hello`, so that a version has the same number everywhere. */
export function addRoutines(world: World, names: readonly string[], at: number): void {
  for (const name of names) {
    if (Object.hasOwn(world.routines, name)) continue;
    const routine = addRoutine(world, name, {}, at - 5 * DAY);
    routine.versions.push(...structuredClone(versionsOf(world)));
    const codeVersion = routine.versions[0]?.codeVersion ?? '';
    for (const environment of environmentNames)
      deploy(world, name, environment, [{ codeVersion, percentage: 100 }], at - DAY);
  }
}

/** Delivers the logs of the edge to where a gate looks for them, with the requests of a busy site. */
export function addLogs(world: World, workflow: Workflow, given: Pick<Given, 'inputs' | 'vars'>): void {
  const [place] = placesOf(workflow).flatMap(({ job, with: its }) => valuesOf(its['gate-logs'], job, given));
  const [project, logstore] = place?.split('/') ?? [];
  if (project === undefined || logstore === undefined) return;
  world.logs ??= {
    project,
    logstore,
    traffic: routinesOf(workflow, given).map((routine) => ({ routine, rate: 100 })),
  };
}

import { createHash } from 'node:crypto';
import { addRoutine, type CodeVersion, deploy, environmentNames, type World } from '../../emulator/emulator.js';
import { type Event, type Given, type Input, inputsOf, placesOf, valuesOf, type Workflow } from './workflow.js';

export const ROLE = 'acs:ram::1234567890123456:role/esa-deployer';
export const PROVIDER = 'acs:ram::1234567890123456:oidc-provider/github';
const DAY = 86_400_000;

/** What the rollouts of a schedule need beyond the rest: how often it runs, and how long after the run before. */
export interface Ticks {
  readonly count: number;
  /** Milliseconds. */
  readonly every: number;
}

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
    },
  };
}

/** The form filled in: what was given, what it proposes, and what its fields are usually called. */
export function filledIn(workflow: Workflow, event: Event, given: Given['inputs'], world: World) {
  const declared = inputsOf(workflow, event);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0)
    throw new Error(
      `${event} has no input ${unknown.join(', ')}; it has ${Object.keys(declared).join(', ') || 'none'}`,
    );
  const values = Object.entries(declared).map(([name, input]) => [
    name,
    given[name] === undefined ? proposed(name, input, world) : named(given[name], world),
  ]);
  return Object.fromEntries(values) as Readonly<Record<string, string>>;
}

/** `v2=10,v1` names versions by the first words of their descriptions; everything else stays. */
export const named = (text: string, world: World) =>
  text.replaceAll(/\bv\d+\b/g, (word) => versionNamed(world, word)?.codeVersion ?? word);

function proposed(name: string, input: Input, world: World): string {
  if (input.default !== undefined && input.default !== '') return String(input.default);
  if (input.options !== undefined) return input.options.find((one) => one === 'production') ?? input.options[0] ?? '';
  if (input.required !== true) return '';
  const [stable, next] = versionsOf(world);
  const newest = versionNamed(world, 'latest');
  const usually: Readonly<Record<string, string>> = {
    routine: 'hello',
    env: 'production',
    canary: newest?.codeVersion ?? '',
    version: newest?.codeVersion ?? '',
    versions: `${next?.codeVersion}=10,${stable?.codeVersion}`,
    commit: newest === undefined ? '' : commitOf(newest),
  };
  if (usually[name] !== undefined) return usually[name];
  if (input.type === 'boolean') return 'false';
  throw new Error(`say --input ${name}=VALUE: the workflow requires it and proposes nothing`);
}

/** The routines that a workflow names, or else `hello`. */
export function routinesOf(workflow: Workflow, inputs: Given['inputs']): readonly string[] {
  const names = placesOf(workflow).flatMap(({ job, with: given }) => valuesOf(given['routine'], job, inputs));
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
export function addLogs(world: World, workflow: Workflow, inputs: Given['inputs']): void {
  const [place] = placesOf(workflow).flatMap(({ job, with: given }) => valuesOf(given['gate-logs'], job, inputs));
  const [project, logstore] = place?.split('/') ?? [];
  if (project === undefined || logstore === undefined) return;
  world.logs ??= {
    project,
    logstore,
    traffic: routinesOf(workflow, inputs).map((routine) => ({ routine, rate: 100 })),
  };
}

/** A schedule of rollouts is run until it is done, an hour apart; whatever else is scheduled once. */
export function ticksOf(text: string, event: Event): Ticks {
  return event === 'schedule' && /\bwait: false\b/.test(text) ? { count: 8, every: 3_600_000 } : { count: 1, every: 0 };
}

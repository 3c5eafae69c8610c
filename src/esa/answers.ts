import * as z from 'zod/mini';
import { idIn, optionalText, problemsIn, requestId } from '../alibaba/answer.js';
import type { Environment, Live, Share, TrafficSplit, VersionDetails } from '../rollout/model.js';
import { failed, type Result, succeeded } from '../rollout/result.js';

/**
 * ESA's answers, as much of them as is used. Members may be absent, null or in another order than seen; ids may come as
 * JSON numbers, so every number is kept as the digits it was written with, and becomes a number only where it is one.
 * What does not look like an id is none: it would stand in outputs and state, where nothing masks it.
 * Source: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/
 */

/** Digits, in practice 19; `unstable` is the service's name for code that was saved and not committed as a version. */
const codeVersion = z.string().check(z.regex(/^(?:[0-9]{1,32}|unstable)$/));
/** What is live must be told apart by it, so one that is none is no answer; a version may be live without one. */
const deployId = z.nullish(z.string().check(z.regex(/^[0-9A-Fa-f-]{0,64}$/)));
const wholeNumber = z.string().check(z.regex(/^[0-9]{1,9}$/));

const deployedVersion = z.object({
  CodeVersion: codeVersion,
  Percentage: z.string().check(z.regex(/^(?:0|[1-9][0-9]?|100)$/)),
  Description: optionalText,
  CreateTime: optionalText,
});
// What may be absent may not be null here: absent is how nothing is told, and null is documented nowhere.
const codeDeploy = z.object({
  DeployId: deployId,
  CreationTime: optionalText,
  CodeVersions: z.optional(z.array(deployedVersion)),
});
const environment = z.object({
  Env: z.string(),
  // Looked at only where there is no deployment: what they hold during a split is unknown.
  CodeVersion: z.optional(z.unknown()),
  CanaryCodeVersion: z.optional(z.unknown()),
  CodeDeploy: z.optional(codeDeploy),
});
const versionAlone = z.optional(z.union([z.literal(''), codeVersion]));

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-getroutine */
const getRoutine = z.object({
  // Asked for, unlike elsewhere: an answer without environments means that nothing is live, so it must be the
  // service's.
  RequestId: z.pipe(
    z.string().check(z.minLength(1)),
    z.transform((text) => idIn(text)),
  ),
  // Only shown, so one that is no domain is none, and no fault of the answer.
  DefaultRelatedRecord: z.optional(z.unknown()),
  // Of the other environment nothing is used but its name, unless somebody asks for it.
  Envs: z.optional(z.array(z.looseObject({ Env: z.string() }))),
});

/**
 * GetRoutine's answer, reduced to what one environment serves. What is wrong with the other one is found only when
 * somebody asks for it.
 */
export function liveAnswer(env: Environment) {
  return z.pipe(
    getRoutine,
    z.transform((routine, context) => {
      const live = liveIn(routine, env);
      const elsewhere = () => liveIn(routine, otherThan(env));
      if (live.ok)
        return { RequestId: routine.RequestId, live: withHost(live.value, routine.DefaultRelatedRecord), elsewhere };
      context.issues.push({ code: 'custom', message: live.error, input: routine });
      return z.NEVER;
    }),
  );
}

const DOMAIN = /^(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,63}$/;

function withHost(live: Live, host: unknown): Live {
  return live.kind === 'serving' && typeof host === 'string' && DOMAIN.test(host) ? { ...live, host } : live;
}

const listedVersion = z.object({
  CodeVersion: codeVersion,
  CodeDescription: optionalText,
  CreateTime: optionalText,
  Status: optionalText,
  DeployEnv: optionalText,
  // Whoever uploads writes it, so nothing of it makes a list unreadable.
  ExtraInfo: z.optional(z.unknown()),
});

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-listroutinecodeversions */
export const listRoutineCodeVersions = z
  .object({
    RequestId: requestId,
    TotalCount: z.nullish(wholeNumber),
    CodeVersions: z.optional(z.array(listedVersion)),
  })
  // That a routine has no versions is believed of an answer that says so, not of one that says nothing.
  .check(z.refine((listed) => listed.CodeVersions !== undefined || listed.TotalCount === '0', 'no CodeVersions'));

/**
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment
 */
export const createRoutineCodeDeployment = z
  .object({
    RequestId: requestId,
    // The write was accepted whatever this says, and the answer may leave it out.
    DeploymentId: z.pipe(optionalText, z.transform(idIn)),
  })
  // An answer that names neither says nothing of the write.
  .check(z.refine((told) => told.RequestId !== '' || told.DeploymentId !== '', 'neither RequestId nor DeploymentId'));

/** Members that are compared with our own words: a secret that is such a word must not make them another. */
export const COMPARED: ReadonlySet<string> = new Set(['Env', 'DeployEnv', 'Status', 'Percentage', 'TotalCount']);

/**
 * What an environment serves. Nothing, only where the answer is one of the four that an environment gives which was
 * never deployed to: no `Envs`, no entry, no `CodeDeploy`, or one without `CodeVersions`. ESA withdraws no deployment,
 * so whatever else looks empty is an answer that is not understood.
 */
function liveIn(routine: z.infer<typeof getRoutine>, env: Environment): Result<Live, string> {
  const entries = routine.Envs ?? [];
  const named = entries.filter((entry) => entry.Env.trim().toLowerCase() === env);
  const strange = entries.map((entry) => entry.Env).filter((name) => !ENVIRONMENTS.has(name));
  if (named.length > 1) return odd(`${env} is there ${named.length} times`);
  if (named.length === 0 && strange.length > 0)
    return odd(`${env} is not among the environments, but ${list(strange)}`);
  if (named[0] === undefined) return NOTHING;
  if (named[0].Env !== env) return odd(`${env} is spelt ${list([named[0].Env])}`);
  const read = environment.safeParse(named[0]);
  return read.success ? servedBy(read.data) : odd(`${env} is not as documented: ${problemsIn(read.error)}`);
}

const ENVIRONMENTS: ReadonlySet<string> = new Set<Environment>(['staging', 'production']);

function otherThan(env: Environment): Environment {
  return env === 'staging' ? 'production' : 'staging';
}

const NOTHING: Result<Live, string> = succeeded({ kind: 'nothing' });

function servedBy(entry: z.infer<typeof environment>): Result<Live, string> {
  const { Env: env, CodeDeploy = {} } = entry;
  const { CodeVersions: listed, DeployId, CreationTime } = CodeDeploy;
  if (listed === undefined)
    return [DeployId, CreationTime].every((told) => told === undefined || told === '')
      ? withoutDeployment(entry)
      : odd(`${env} has a deployment without versions`);
  const shares = listed.map((one) => ({ version: one.CodeVersion, weight: Number(one.Percentage) }));
  const split = readSplit(shares);
  if (split === undefined) return odd(`the split of ${env} is not one: ${JSON.stringify(shares)}`);
  const details = listed.map((one) => ({
    version: one.CodeVersion,
    description: given(one.Description),
    createdAt: given(one.CreateTime),
    status: undefined,
    boundTo: undefined,
    commit: undefined,
  }));
  return serving({ deploymentId: DeployId ?? '', deployedAt: given(CreationTime), split, details });
}

/** A routine that was last published, not deployed, may show its version alone. */
function withoutDeployment({
  Env: env,
  CodeVersion,
  CanaryCodeVersion,
}: z.infer<typeof environment>): Result<Live, string> {
  const [main, canary] = [versionAlone.safeParse(CodeVersion), versionAlone.safeParse(CanaryCodeVersion)];
  if (!main.success || !canary.success) return odd(`${env} has no deployment, and a version that is none`);
  const version = main.data ?? '';
  if (version !== (canary.data ?? version)) return odd(`${env} has no deployment, but two versions`);
  if (version === '') return NOTHING;
  return serving({ deploymentId: '', deployedAt: undefined, split: [{ version, weight: 100 }], details: [] });
}

function serving(live: Omit<Extract<Live, { kind: 'serving' }>, 'kind'>): Result<Live, string> {
  return succeeded({ kind: 'serving', ...live });
}

function odd(why: string): Result<Live, string> {
  return failed(why);
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

export function detailsOf(listed: z.infer<typeof listedVersion>): VersionDetails {
  return {
    version: listed.CodeVersion,
    description: given(listed.CodeDescription),
    createdAt: given(listed.CreateTime),
    status: given(listed.Status),
    boundTo: given(listed.DeployEnv),
    commit: commitIn(listed.ExtraInfo),
  };
}

/** `ExtraInfo` is text that holds JSON; a build of ESA's own names its commit there. */
function commitIn(extraInfo: unknown): string | undefined {
  const { CommitId: id } = (typeof extraInfo === 'string' ? objectIn(extraInfo) : {}) as { CommitId?: unknown };
  return typeof id === 'string' && COMMIT.test(id) ? id.toLowerCase() : undefined;
}

/** Of SHA-1 and SHA-256, whole or shortened as Git shows them. */
const COMMIT = /^[0-9a-f]{7,64}$/i;

function objectIn(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/**
 * One or two different versions that sum to 100. One at 0 % beside one at 100 % is left out: the CLI lets 0 be written,
 * the service's reaction to it is unknown, and either way it is clear what is served.
 */
function readSplit(shares: readonly Share[]): TrafficSplit | undefined {
  const [one, other, ...others] = shares;
  const [first, second] = shares.filter((share) => share.weight > 0);
  const sum = shares.reduce((total, share) => total + share.weight, 0);
  if (first === undefined || others.length > 0 || sum !== 100 || one?.version === other?.version) return undefined;
  return second === undefined ? [first] : [first, second];
}

function given(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

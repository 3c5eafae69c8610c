import { parse } from 'lossless-json';
import * as z from 'zod/mini';
import type { Environment, Live, Share, TrafficSplit, VersionDetails } from '../rollout/model.js';

/**
 * The service's answers, as much of them as is used. Members may be absent, null or of another order than seen;
 * ids may come as JSON numbers, so every number is kept as the digits it was written with, and becomes a number
 * only where it is one. Source: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/
 */
const maybeText = z.nullish(z.string());
const id = z.string().check(z.minLength(1), z.maxLength(128));
const wholeNumber = z.string().check(z.regex(/^[0-9]{1,9}$/));

const deployedVersion = z.object({
  CodeVersion: id,
  Percentage: wholeNumber,
  Description: maybeText,
  CreateTime: maybeText,
});
const codeDeploy = z.object({
  DeployId: maybeText,
  CreationTime: maybeText,
  CodeVersions: z.nullish(z.array(deployedVersion)),
});
const environment = z.object({ Env: z.string(), CodeVersion: maybeText, CodeDeploy: z.nullish(codeDeploy) });

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-getroutine */
export const getRoutine = z.object({
  // Asked for, unlike elsewhere: an answer without environments means that nothing is live, so it must be the service's.
  RequestId: z.string(),
  Envs: z.nullish(z.array(environment)),
});

const listedVersion = z.object({
  CodeVersion: id,
  CodeDescription: maybeText,
  CreateTime: maybeText,
  Status: maybeText,
  DeployEnv: maybeText,
});

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-listroutinecodeversions */
export const listRoutineCodeVersions = z.object({
  RequestId: maybeText,
  TotalCount: z.nullish(wholeNumber),
  CodeVersions: z.nullish(z.array(listedVersion)),
});

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment */
export const createRoutineCodeDeployment = z.object({ RequestId: maybeText, DeploymentId: maybeText });

/** An error, which a gateway may also send with HTTP 200. */
export const failure = z.object({ RequestId: maybeText, Code: maybeText, Message: maybeText });

/** JSON whose numbers stay the text they were written as. Throws SyntaxError, or RangeError where it is too deep. */
export function parseExactly(json: string): unknown {
  return parse(json, undefined, (digits) => digits);
}

/** What an environment serves; every form of one that was never deployed to means nothing. */
export function liveIn(routine: z.infer<typeof getRoutine>, env: Environment): Answered<Live> {
  const found = routine.Envs?.find((entry) => entry.Env === env);
  const deployment = found?.CodeDeploy;
  const serving = (deployment?.CodeVersions ?? []).filter((entry) => Number(entry.Percentage) > 0);
  const published = found?.CodeVersion ?? '';
  if (serving.length === 0 && published === '') return { understood: true, value: { kind: 'nothing' } };

  const shares = serving.map((entry) => ({ version: entry.CodeVersion, weight: Number(entry.Percentage) }));
  const split = serving.length === 0 ? wholly(published) : splitOf(shares);
  if (split === undefined)
    return { understood: false, why: `the split of ${env} is not one: ${JSON.stringify(shares)}` };
  const details = serving.map((entry) => ({
    version: entry.CodeVersion,
    description: given(entry.Description),
    createdAt: given(entry.CreateTime),
    status: undefined,
    boundTo: undefined,
  }));
  const deployedAt = given(deployment?.CreationTime);
  return {
    understood: true,
    value: { kind: 'serving', deploymentId: deployment?.DeployId ?? '', deployedAt, split, details },
  };
}

export type Answered<T> =
  | { readonly understood: true; readonly value: T }
  | { readonly understood: false; readonly why: string };

export function detailsOf(listed: z.infer<typeof listedVersion>): VersionDetails {
  return {
    version: listed.CodeVersion,
    description: given(listed.CodeDescription),
    createdAt: given(listed.CreateTime),
    status: given(listed.Status),
    boundTo: given(listed.DeployEnv),
  };
}

/** A routine that was last published, not deployed, may show its version alone. */
function wholly(version: string): TrafficSplit {
  return [{ version, weight: 100 }];
}

function splitOf(shares: readonly Share[]): TrafficSplit | undefined {
  const [first, second, ...others] = shares;
  const sum = shares.reduce((total, share) => total + share.weight, 0);
  if (first === undefined || others.length > 0 || sum !== 100 || first.version === second?.version) return undefined;
  return second === undefined ? [first] : [first, second];
}

function given(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

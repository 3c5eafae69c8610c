import { parse } from 'lossless-json';
import * as z from 'zod/mini';
import type { Environment, Live, Share, TrafficSplit, VersionDetails } from '../rollout/model.js';

/**
 * The service's answers, as much of them as is used. Members may be absent, null or of another order than seen;
 * ids may come as JSON numbers, so every number is kept as the digits it was written with, and becomes a number
 * only where it is one. What does not look like an id is none: it would stand in outputs and state, where nothing masks
 * it. Source: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/
 */
const maybeText = z.nullish(z.string());
/** Digits, in practice 19; `unstable` is the service's name for code that was saved and not committed as a version. */
const codeVersion = z.string().check(z.regex(/^(?:[0-9]{1,32}|unstable)$/));
const DEPLOY_ID = /^[\w-]{1,64}$/;
/** What is live must be told apart by it, so one that is none is no answer; a version may be live without one. */
const deployId = z.nullish(z.string().check(z.regex(/^[\w-]{0,64}$/)));
/** Nothing is decided by it: one that is none is left out. */
const requestId = z.pipe(maybeText, z.transform(requestIdIn));
const wholeNumber = z.string().check(z.regex(/^[0-9]{1,9}$/));

const deployedVersion = z.object({
  CodeVersion: codeVersion,
  Percentage: wholeNumber,
  Description: maybeText,
  CreateTime: maybeText,
});
const codeDeploy = z.object({
  DeployId: deployId,
  CreationTime: maybeText,
  CodeVersions: z.nullish(z.array(deployedVersion)),
});
const publishedAlone = z.nullish(z.union([codeVersion, z.literal('')]));
const environment = z.object({ Env: z.string(), CodeVersion: publishedAlone, CodeDeploy: z.nullish(codeDeploy) });

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-getroutine */
export const getRoutine = z.object({
  // Asked for, unlike elsewhere: an answer without environments means that nothing is live, so it must be the service's.
  RequestId: z.pipe(
    z.string(),
    z.transform((text) => requestIdIn(text)),
  ),
  Envs: z.nullish(z.array(environment)),
});

const listedVersion = z.object({
  CodeVersion: codeVersion,
  CodeDescription: maybeText,
  CreateTime: maybeText,
  Status: maybeText,
  DeployEnv: maybeText,
});

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-listroutinecodeversions */
export const listRoutineCodeVersions = z.object({
  RequestId: requestId,
  TotalCount: z.nullish(wholeNumber),
  CodeVersions: z.nullish(z.array(listedVersion)),
});

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment */
export const createRoutineCodeDeployment = z.object({
  RequestId: requestId,
  // The write was accepted whatever this says, and the answer may leave it out.
  DeploymentId: z.pipe(
    maybeText,
    z.transform((text) => (DEPLOY_ID.test(text ?? '') ? (text ?? '') : '')),
  ),
});

/** An error, which a gateway may also send with HTTP 200. */
export const failure = z.object({ RequestId: requestId, Code: maybeText, Message: maybeText });

/** An id of a request, in practice a UUID; empty for anything else, such as what was sent and is given back. */
export function requestIdIn(text: string | null | undefined): string {
  return /^[0-9A-Za-z-]{1,64}$/.test(text ?? '') ? (text ?? '') : '';
}

/** JSON whose numbers stay the text they were written as. Throws SyntaxError, or RangeError where it is too deep. */
export function parseExactly(json: string): unknown {
  return parse(json, undefined, (digits) => digits);
}

/** Nothing that is shown or taken for an id is nearly as long, and escapes are costly to undo. In characters. */
const LONGEST_TEXT = 16 * 1024;

/** The same answer with every text cleaned: what a service gives back of a secret is gone before anything is read. */
export function cleaned(json: unknown, clean: (text: string) => string): unknown {
  if (typeof json === 'string') return clean(json.slice(0, LONGEST_TEXT));
  if (Array.isArray(json)) return json.map((item) => cleaned(item, clean));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, cleaned(value, clean)]));
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

import { bareNumber, type JsonObject } from '../exact-json.js';
import { deployUnseen } from '../lagging.js';
import type { Reaction } from '../open-quirks.js';
import type { Quirks } from '../quirks.js';
import { type Refusal, refuse } from '../refusal.js';
import { type EnvironmentName, environmentNames, findVersion, type Routine, type Share } from '../world.js';
import { answer, type Call, type Operation, withRoutine } from './operation.js';

/**
 * Splits and publications.
 * Sources: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-publishroutinecodeversion
 */
export const deploymentOperations: Readonly<Record<string, Operation>> = {
  CreateRoutineCodeDeployment: {
    required: ['Name', 'Env', 'Strategy', 'CodeVersions'],
    run: withRoutine((routine, call, name) => {
      const { Env, Strategy, CodeVersions } = call.parameters;
      const environment = environmentNames.find((known) => known === Env);
      if (environment === undefined) return invalid('Env must be staging or production.');
      if (Strategy !== 'percentage') return invalid('Strategy must be percentage.');
      const { quirks } = call.world;
      const shares = parseShares(CodeVersions ?? '', quirks);
      if ('kind' in shares) return shares;
      const refusal =
        deployable(routine, shares, { environment, quirks }) ?? again(routine, shares, environment, quirks);
      if (refusal !== undefined) return refusal;
      const deployId = sameAgain(routine, shares, environment, quirks) ?? accept(call, { name, environment, shares });
      return answer(deploymentBody(quirks, quirks.deploymentIdDiffers ? otherId(deployId) : deployId, shares));
    }),
  },
  PublishRoutineCodeVersion: {
    required: ['Name', 'Env', 'CodeVersion'],
    run: withRoutine((routine, call, name) => {
      const codeVersion = call.parameters['CodeVersion'] ?? '';
      const environment = environmentNames.find((known) => known === call.parameters['Env']);
      if (environment === undefined) return invalid('Env must be staging or production.');
      const shares = [{ codeVersion, percentage: 100 }];
      const refusal = deployable(routine, shares, { environment, quirks: call.world.quirks });
      if (refusal !== undefined) return refusal;
      accept(call, { name, environment, shares });
      const { current } = routine.environments[environment];
      if (current !== undefined && !call.world.quirks.publishFillsCodeDeploy) current.publishedOnly = true;
      return answer({ CodeVersion: codeVersion });
    }),
  },
};

function invalid(message: string): Refusal {
  return refuse('InvalidParameter', message);
}

/** Undefined where the quirk accepts it. */
function refusalBy(reaction: Reaction, message: string): Refusal | undefined {
  if (reaction === 'accepted') return undefined;
  if (reaction === 'refused') return invalid(message);
  return { kind: 'refusal', ...reaction, detail: {} };
}

// The code for an unknown version and for one that is not Available is unverified: InvalidParameter is the
// one the sister operations document.
function deployable(
  routine: Routine,
  shares: readonly Share[],
  { environment, quirks }: { readonly environment: EnvironmentName; readonly quirks: Quirks },
): Refusal | undefined {
  for (const { codeVersion } of shares) {
    const version = findVersion(routine, codeVersion);
    const { status = 'Available', deployEnv = environment } = version ?? {};
    const refusal =
      (version === undefined && refusalBy(quirks.unknownVersion, `The code version ${codeVersion} does not exist.`)) ||
      (status !== 'Available' && refusalBy(quirks.notAvailable, `The code version ${codeVersion} is ${status}.`)) ||
      (deployEnv !== environment &&
        refusalBy(quirks.boundElsewhere, `The code version ${codeVersion} is bound to ${deployEnv}.`));
    if (refusal) return refusal;
  }
  return undefined;
}

/** A refusal of what is live already, where the quirk has one. */
function again(routine: Routine, shares: readonly Share[], environment: EnvironmentName, { redeploy }: Quirks) {
  if (redeploy === 'same-deployment' || !isLive(routine, shares, environment)) return undefined;
  return refusalBy(redeploy, 'The deployment is the one that is live.');
}

/** The DeployId of what is live already, where no other is made for it. */
function sameAgain(routine: Routine, shares: readonly Share[], environment: EnvironmentName, { redeploy }: Quirks) {
  if (redeploy !== 'same-deployment' || !isLive(routine, shares, environment)) return undefined;
  return routine.environments[environment].current?.deployId;
}

function isLive({ environments }: Routine, shares: readonly Share[], environment: EnvironmentName): boolean {
  const text = (split: readonly Share[]) =>
    split.map(({ codeVersion, percentage }) => `${codeVersion}=${percentage}`).toSorted();
  return String(text(environments[environment].current?.codeVersions ?? [])) === String(text(shares));
}

/** What is answered in place of a DeployId under the quirk `deploymentIdDiffers`. */
export const otherId = (id: string) => String(BigInt(id) + 5_000_000_001n);

interface Accepted {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly shares: readonly Share[];
}

function accept({ world, now, logged }: Call, { name, environment, shares }: Accepted): string {
  const { requestId, accessKeyId } = logged;
  const by = { requestId, accessKeyId };
  const { lagReads: reads } = world.quirks;
  return deployUnseen(world, { routine: name, environment, codeVersions: shares, at: now, by, reads });
}

function deploymentBody(quirks: Quirks, deployId: string, shares: readonly Share[]): JsonObject {
  const shownId = quirks.numericDeploymentId ? bareNumber(deployId) : deployId;
  return {
    Strategy: 'percentage',
    DeploymentId: quirks.omitDeploymentId ? undefined : shownId,
    CodeVersions: shares.map(({ codeVersion, percentage }) => ({
      Percentage: quirks.percentageAsString ? String(percentage) : percentage,
      CodeVersion: codeVersion,
    })),
  };
}

/**
 * Reads the parameter CodeVersions: 1 or 2 entries, whole percentages 1 to 100 that sum to 100, no version twice.
 * A version that is not a string is refused, for as a number it would be rounded.
 */
function parseShares(text: string, quirks: Quirks): readonly Share[] | Refusal {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return invalid('CodeVersions is not JSON.');
  }
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > 2) {
    return invalid('CodeVersions must be a list of one or two entries.');
  }
  const shares = entries.map((entry) => parseShare(entry, quirks));
  const refusal = shares.find((share) => 'kind' in share);
  if (refusal !== undefined && 'kind' in refusal) return refusal;
  const good = shares.filter((share) => 'codeVersion' in share);
  if (new Set(good.map(({ codeVersion }) => codeVersion)).size < good.length) {
    const twice = refusalBy(quirks.versionTwice, 'CodeVersions names a version twice.');
    if (twice !== undefined) return twice;
  }
  const sum = good.reduce((total, { percentage }) => total + percentage, 0);
  return sum === 100 ? good : invalid(`The percentages of CodeVersions sum to ${sum}, not to 100.`);
}

function parseShare(entry: unknown, { percentZero }: Quirks): Share | Refusal {
  const { CodeVersion, Percentage } = (entry ?? {}) as { CodeVersion?: unknown; Percentage?: unknown };
  if (typeof CodeVersion !== 'string' || CodeVersion === '') {
    return invalid('CodeVersions[].CodeVersion must be a string.');
  }
  const rule = 'CodeVersions[].Percentage must be a whole number from 1 to 100.';
  if (typeof Percentage !== 'number' || !Number.isInteger(Percentage) || Percentage < 0 || Percentage > 100) {
    return invalid(rule);
  }
  const zero = Percentage === 0 ? refusalBy(percentZero, rule) : undefined;
  if (zero !== undefined) return zero;
  return { codeVersion: CodeVersion, percentage: Percentage };
}

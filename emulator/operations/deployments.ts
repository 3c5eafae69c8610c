import { bareNumber, type JsonObject } from '../exact-json.js';
import { deployUnseen } from '../lagging.js';
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
      const shares = parseShares(CodeVersions ?? '');
      if ('kind' in shares) return shares;
      const refusal = deployable(routine, shares);
      if (refusal !== undefined) return refusal;
      const deployId = accept(call, { name, environment, shares });
      return answer(deploymentBody(call.world.quirks, deployId, shares));
    }),
  },
  PublishRoutineCodeVersion: {
    required: ['Name', 'Env', 'CodeVersion'],
    run: withRoutine((routine, call, name) => {
      const codeVersion = call.parameters['CodeVersion'] ?? '';
      const environment = environmentNames.find((known) => known === call.parameters['Env']);
      if (environment === undefined) return invalid('Env must be staging or production.');
      const shares = [{ codeVersion, percentage: 100 }];
      const refusal = deployable(routine, shares);
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

// The code for an unknown version and for one that is not Available is unverified: InvalidParameter is the
// one the sister operations document.
function deployable(routine: Routine, shares: readonly Share[]): Refusal | undefined {
  for (const { codeVersion } of shares) {
    const version = findVersion(routine, codeVersion);
    if (version === undefined) return invalid(`The code version ${codeVersion} does not exist.`);
    if (version.status !== 'Available') return invalid(`The code version ${codeVersion} is ${version.status}.`);
  }
  return undefined;
}

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
function parseShares(text: string): readonly Share[] | Refusal {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return invalid('CodeVersions is not JSON.');
  }
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > 2) {
    return invalid('CodeVersions must be a list of one or two entries.');
  }
  const shares = entries.map(parseShare);
  const refusal = shares.find((share) => 'kind' in share);
  if (refusal !== undefined && 'kind' in refusal) return refusal;
  const good = shares.filter((share) => 'codeVersion' in share);
  if (new Set(good.map(({ codeVersion }) => codeVersion)).size < good.length) {
    return invalid('CodeVersions names a version twice.');
  }
  const sum = good.reduce((total, { percentage }) => total + percentage, 0);
  return sum === 100 ? good : invalid(`The percentages of CodeVersions sum to ${sum}, not to 100.`);
}

function parseShare(entry: unknown): Share | Refusal {
  const { CodeVersion, Percentage } = (entry ?? {}) as { CodeVersion?: unknown; Percentage?: unknown };
  if (typeof CodeVersion !== 'string' || CodeVersion === '') {
    return invalid('CodeVersions[].CodeVersion must be a string.');
  }
  if (typeof Percentage !== 'number' || !Number.isInteger(Percentage) || Percentage < 1 || Percentage > 100) {
    return invalid('CodeVersions[].Percentage must be a whole number from 1 to 100.');
  }
  return { codeVersion: CodeVersion, percentage: Percentage };
}

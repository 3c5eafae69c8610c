import type { Service } from '../ports.js';
import type { Answer, Live, TrafficSplit, VersionDetails, VersionListing } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { createRoutineCodeDeployment, detailsOf, listRoutineCodeVersions, liveAnswer } from './answers.js';
import { type Calls, type EsaOptions, esaCalls, type Read, type RoutineEnvironment } from './calls.js';

const PAGE_SIZE = 20;
const LAST_PAGE = 2;

/** ESA's edge routine operations behind the port of the rollout. */
export function esaService(target: RoutineEnvironment, options: EsaOptions): Service {
  return serviceBy(target, esaCalls(target, options));
}

/** The same by calls that others make too. */
export function serviceBy(target: RoutineEnvironment, { once, read }: Pick<Calls, 'once' | 'read'>): Service {
  return {
    readLive: async (rollback) => {
      const answer = await read('GetRoutine', { Name: target.routine }, liveAnswer(target.env), rollback);
      if (!answer.ok) return failed(answer.error.fault);
      return succeeded(clocked(answer.value.data.live, answer.value.date));
    },
    listVersions: (wanted) => list(target.routine, wanted, read),
    deploy: async (split, number, rollback) => {
      const operation = 'CreateRoutineCodeDeployment';
      // Never retried here: what is live has to be read first.
      const parameters = writeParameters(target, split);
      const answer = await once(operation, parameters, createRoutineCodeDeployment, { number, rollback });
      if (!answer.ok) return failed(answer.error.fault);
      const { DeploymentId, RequestId } = answer.value.data;
      return succeeded({ deploymentId: DeploymentId, requestId: RequestId });
    },
  };
}

/** The second and last page is asked for only when the first lacks a wanted version and is not all there is. */
async function list(routine: string, wanted: readonly string[], read: Read): Promise<Answer<VersionListing>> {
  const versions: VersionDetails[] = [];
  for (let page = 1; ; page += 1) {
    const parameters = { Name: routine, PageNumber: String(page), PageSize: String(PAGE_SIZE) };
    const answer = await read('ListRoutineCodeVersions', parameters, listRoutineCodeVersions);
    if (!answer.ok) return failed(answer.error.fault);
    const { CodeVersions = [], TotalCount: total } = answer.value.data;
    const listed = CodeVersions.map(detailsOf);
    versions.push(...listed);
    const complete = typeof total === 'string' ? versions.length >= Number(total) : listed.length < PAGE_SIZE;
    const found = wanted.every((version) => versions.some((known) => known.version === version));
    if (complete || found || page === LAST_PAGE || listed.length === 0) return succeeded({ versions, complete });
  }
}

/**
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinecodedeployment
 */
function writeParameters({ routine, env }: RoutineEnvironment, split: TrafficSplit): Record<string, string> {
  const versions = split.map(({ version, weight }) => ({ CodeVersion: version, Percentage: weight }));
  return { Name: routine, Env: env, Strategy: 'percentage', CodeVersions: JSON.stringify(versions) };
}

/** With the service's clock, by which alone its times can be judged. */
function clocked(live: Live, date: number | undefined): Live {
  return live.kind === 'nothing' || date === undefined ? live : { ...live, answeredAt: new Date(date).toISOString() };
}

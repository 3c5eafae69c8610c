import type { BothEnvironments, ListVersions, Service } from '../ports.js';
import type { Answer, Live, TrafficSplit, VersionDetails } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { createRoutineCodeDeployment, detailsOf, listRoutineCodeVersions, liveAnswer } from './answers.js';
import { type Calls, type EsaOptions, esaCalls, type Patience, type Read, type RoutineEnvironment } from './calls.js';

const PAGE_SIZE = 20;
const LAST_PAGE = 2;

/** ESA's edge routine operations behind the port of the rollout. */
export function esaService(target: RoutineEnvironment, options: EsaOptions): Service {
  return serviceBy(target, esaCalls(target, options));
}

/** The same by calls that others make too. */
export function serviceBy(target: RoutineEnvironment, { once, read }: Pick<Calls, 'once' | 'read'>): Service {
  const readBoth = async (how: Patience): Promise<Answer<BothEnvironments>> => {
    const answer = await read('GetRoutine', { Name: target.routine }, liveAnswer(target.env), how);
    if (!answer.ok) return failed(answer.error.fault);
    const { data, date } = answer.value;
    return succeeded({ live: clocked(data.live, date), elsewhere: data.elsewhere });
  };
  return {
    readLive: async (rollback, isOnce = false) => {
      const both = await readBoth({ rollback, isOnce });
      return both.ok ? succeeded(both.value.live) : both;
    },
    readBoth: () => readBoth({ rollback: false, isOnce: false }),
    openListing: () => lister(target.routine, read),
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
function lister(routine: string, read: Read): ListVersions {
  const versions: VersionDetails[] = [];
  let [next, told, complete] = [1, 0, false];
  const isEnough = (wanted: readonly string[] | 'all') =>
    wanted !== 'all' && wanted.every((version) => versions.some((known) => known.version === version));
  return async (wanted) => {
    while (next === 1 || (next <= LAST_PAGE && !complete && !isEnough(wanted))) {
      const parameters = { Name: routine, PageNumber: String(next), PageSize: String(PAGE_SIZE) };
      const answer = await read('ListRoutineCodeVersions', parameters, listRoutineCodeVersions);
      if (!answer.ok) return failed(answer.error.fault);
      const { CodeVersions = [], TotalCount: total } = answer.value.data;
      // What is uploaded between two pages moves the last of the first to the second, where it is told once more.
      for (const listed of CodeVersions.map(detailsOf))
        if (!versions.some(({ version }) => version === listed.version)) versions.push(listed);
      told += CodeVersions.length;
      complete = typeof total === 'string' ? told >= Number(total) : CodeVersions.length < PAGE_SIZE;
      // Nothing comes after a page without versions.
      next = CodeVersions.length === 0 ? LAST_PAGE + 1 : next + 1;
    }
    return succeeded({ versions: [...versions], complete });
  };
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

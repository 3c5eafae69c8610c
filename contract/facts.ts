import type { Quirks } from '../emulator/quirks.js';

/** Something that this project assumes of the service, since no document says it. */
export interface Fact {
  readonly id: string;
  readonly question: string;
  readonly assumed: string;
  /** What becomes of the action where it is otherwise. */
  readonly otherwise: string;
  /** Sources in which it bites. */
  readonly bites: readonly string[];
  /** How the emulator plays it. */
  readonly quirks: readonly (keyof Quirks)[];
}

/**
 * Every assumption, in the order in which the checks tell them. Who has confirmed one stands in docs/facts.md.
 */
export const FACTS = [
  {
    id: 'empty-environment',
    question: 'How does GetRoutine show an environment that was never deployed to?',
    assumed: 'An entry of `Envs` without `CodeDeploy`',
    otherwise:
      'The action reads three more forms as nothing: no `Envs`, no entry, no `CodeVersions`. Any other stops the run before a write.',
    bites: ['src/esa/answers.ts'],
    quirks: ['neverDeployed'],
  },
  {
    id: 'code-version-type',
    question: 'Is CodeVersion a JSON string in GetRoutine and ListRoutineCodeVersions?',
    assumed: 'A string of digits',
    otherwise: 'A number is read digit by digit and never rounded.',
    bites: ['src/esa/answers.ts', 'src/alibaba/answer.ts'],
    quirks: ['numericCodeVersion'],
  },
  {
    id: 'create-times',
    question: 'Does each code version have a CreateTime?',
    assumed: 'Yes',
    otherwise: 'The ids tell which version is older; if not, the rollout is refused, or goes on with a warning.',
    bites: ['src/rollout/decide/version-order.ts'],
    quirks: ['omitCreateTimes'],
  },
  {
    id: 'version-status',
    question: 'Does each listed code version have a Status?',
    assumed: 'Yes',
    otherwise: 'The action deploys a version without a Status; the service has to refuse it if it is not finished.',
    bites: ['src/rollout/decide/plan.ts'],
    quirks: ['omitStatus'],
  },
  {
    id: 'total-count',
    question: 'Does ListRoutineCodeVersions have a TotalCount?',
    assumed: 'Yes',
    otherwise: 'The action takes a page that is not full for the last one.',
    bites: ['src/esa/service.ts'],
    quirks: ['omitTotalCount'],
  },
  {
    id: 'list-order',
    question: 'In which order are code versions listed?',
    assumed: 'The newest first',
    otherwise: 'If a routine has more than 40 versions, the action does not find the newest.',
    bites: ['src/esa/service.ts'],
    quirks: ['oldestFirst'],
  },
  {
    id: 'date-header',
    question: 'Do answers have a `Date` header, and how far is its clock from ours?',
    assumed: 'Yes',
    otherwise: 'The action counts the age of a deployment by the clock of the runner.',
    bites: ['src/alibaba/call.ts', 'src/rollout/deployment-age.ts'],
    quirks: ['dateHeader'],
  },
  {
    id: 'query-and-body',
    question: 'Are parameters read from the query and from the body alike?',
    assumed: 'Yes, also in one request',
    otherwise: 'Nothing: the action sends all of them in the body.',
    bites: ['src/alibaba/call.ts'],
    quirks: ['parameterPlaces'],
  },
  {
    id: 'deployment-id-type',
    question: 'Is DeploymentId a JSON string in the answer to a deployment?',
    assumed: 'A string',
    otherwise: 'A number is read digit by digit. Without an id, the next reads tell which deployment is ours.',
    bites: ['src/esa/answers.ts', 'src/rollout/decide/ledger.ts'],
    quirks: ['numericDeploymentId', 'omitDeploymentId'],
  },
  {
    id: 'deployment-id-equality',
    question: 'Is the DeploymentId of a deployment the DeployId that GetRoutine shows for it?',
    assumed: 'Yes',
    otherwise: 'The reads after a write tell which deployment is ours, as if the answer had no id.',
    bites: ['src/rollout/decide/ledger.ts'],
    quirks: ['deploymentIdDiffers'],
  },
  {
    id: 'deploy-id-type',
    question: 'Is DeployId a JSON string in GetRoutine?',
    assumed: 'A string of digits',
    otherwise: 'A number is read digit by digit and never rounded.',
    bites: ['src/esa/answers.ts'],
    quirks: ['numericDeployId'],
  },
  {
    id: 'deploy-id-time',
    question: 'Is a DeployId the nanoseconds of its CreationTime?',
    assumed: 'Yes',
    otherwise: 'Only the CreationTime tells how old a deployment is; the id does not confirm it.',
    bites: ['src/rollout/deployment-age.ts', 'src/rollout/instant.ts'],
    quirks: ['deployIds'],
  },
  {
    id: 'creation-time',
    question: 'How is the CreationTime of a deployment written?',
    assumed: 'RFC 3339 in UTC with whole seconds',
    otherwise:
      'Any RFC 3339 with a zone is read. Without a zone the age of a deployment is unknown, and a bake with `wait: false` is refused.',
    bites: ['src/rollout/instant.ts', 'src/rollout/deployment-age.ts'],
    quirks: ['creationTime'],
  },
  {
    id: 'percentage-type',
    question: 'Is Percentage a JSON number in GetRoutine?',
    assumed: 'A number',
    otherwise: 'Text of digits is read too.',
    bites: ['src/esa/answers.ts'],
    quirks: ['percentageAsString'],
  },
  {
    id: 'version-order',
    question: 'In which order does GetRoutine show the two versions of a split?',
    assumed: 'As they were sent',
    otherwise: 'Nothing: the action compares splits in any order.',
    bites: ['src/rollout/split.ts'],
    quirks: ['versionOrder'],
  },
  {
    id: 'split-members',
    question: 'What do `CodeVersion` and `CanaryCodeVersion` of an environment hold during a split?',
    assumed: 'The version with more requests, and the one with fewer',
    otherwise: 'Nothing: the action looks at them only if there is no deployment.',
    bites: ['src/esa/answers.ts'],
    quirks: ['splitMembers'],
  },
  {
    id: 'read-after-write',
    question: 'How long does it take until GetRoutine shows a deployment that was accepted?',
    assumed: 'The first read after it shows it',
    otherwise: 'The action reads for up to 30 s. If it does not show, the run fails, or is rolled back.',
    bites: ['src/rollout/decide/state.ts', 'src/rollout/decide/stale-reads.ts'],
    quirks: ['lagReads'],
  },
  {
    id: 'redeploy',
    question: 'What does a deployment of exactly what is live do?',
    assumed: 'It makes a new deployment with a DeployId of its own',
    otherwise: 'The action does not write what is live; after a lost answer it reads before it writes again.',
    bites: ['src/rollout/decide/write.ts'],
    quirks: ['redeploy'],
  },
  {
    id: 'percent-zero',
    question: 'What becomes of a version at 0 % beside one at 100 %?',
    assumed: 'Refused as InvalidParameter',
    otherwise: 'The action never sends one, and leaves it out if the service shows one.',
    bites: ['src/esa/answers.ts'],
    quirks: ['percentZero', 'zeroShown'],
  },
  {
    id: 'version-twice',
    question: 'What becomes of a split that names one version twice?',
    assumed: 'Refused as InvalidParameter',
    otherwise:
      'The action never sends one. If the service shows one, that is an answer that is not understood, and nothing is written.',
    bites: ['src/esa/answers.ts'],
    quirks: ['versionTwice'],
  },
  {
    id: 'unknown-version',
    question: 'What becomes of a deployment of a code version that does not exist?',
    assumed: 'Refused as InvalidParameter',
    otherwise: 'The action refuses a version that is not listed, unless it may be too old to be listed.',
    bites: ['src/rollout/decide/plan.ts', 'src/esa/advice.ts'],
    quirks: ['unknownVersion'],
  },
  {
    id: 'not-available',
    question: 'What becomes of a deployment of a code version that is not Available?',
    assumed: 'Refused as InvalidParameter',
    otherwise: 'The action refuses such a version before it writes.',
    bites: ['src/rollout/decide/plan.ts'],
    quirks: ['notAvailable'],
  },
  {
    id: 'bound-elsewhere',
    question: 'What becomes of a deployment of a code version whose DeployEnv is the other environment?',
    assumed: 'Accepted',
    otherwise: 'Nothing: the action refuses such a version before it writes.',
    bites: ['src/rollout/decide/plan.ts'],
    quirks: ['boundElsewhere'],
  },
  {
    id: 'version-header',
    question: 'Does the edge tell by a header which code version has answered?',
    assumed: 'No',
    otherwise: '`gate-version-header` could name that header, and routines would not have to set one themselves.',
    bites: ['src/gates/http.ts'],
    quirks: ['versionHeader'],
  },
  {
    id: 'edge-delay',
    question: 'How long does it take until the edge serves what was deployed?',
    assumed: 'At most 10 seconds',
    otherwise: 'The first checks of a step see fewer answers of the canary than expected.',
    bites: ['src/rollout/judge/sample.ts'],
    quirks: ['edgeDelay'],
  },
  {
    id: 'routing',
    question: 'How does the edge choose one of two versions for a request?',
    assumed: 'By chance, for each request by itself',
    otherwise: 'A gate that asks over one connection or from one place may see one version only, so less than it says.',
    bites: ['src/rollout/judge/sensitivity.ts', 'src/gates/probe.ts'],
    quirks: ['routing'],
  },
  {
    id: 'publish',
    question: 'What does GetRoutine show after PublishRoutineCodeVersion?',
    assumed: 'A `CodeDeploy` with that version at 100 %',
    otherwise: 'Without `CodeDeploy` the action reads the `CodeVersion` of the environment.',
    bites: ['src/esa/answers.ts'],
    quirks: ['publishFillsCodeDeploy'],
  },
  {
    id: 'throttling',
    question: 'How does the service refuse too many requests?',
    assumed: 'With a code that has `Throttling` in it, or `TooManyRequests`',
    otherwise: 'The action would take it for a permanent fault, and the run would end.',
    bites: ['src/esa/advice.ts', 'src/alibaba/rate-limiter.ts'],
    quirks: ['requestsPerSecond', 'throttlingCode'],
  },
  {
    id: 'logs',
    question: 'Do the logs of edge routines name routine, code version, error code and status?',
    assumed: 'Yes: RoutineName, CodeVersion, ErrorCode, ResponseStatus',
    otherwise: '`gate-logs` measures nothing, so the gate is inconclusive.',
    bites: ['src/gates/logs.ts'],
    quirks: ['logsWithoutVersion'],
  },
] as const satisfies readonly Fact[];

export type FactId = (typeof FACTS)[number]['id'];

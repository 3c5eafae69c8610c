import { edgeToken } from '../edge-token.js';
import { bareNumber, type JsonObject } from '../exact-json.js';
import type { Quirks } from '../quirks.js';
import { refuse } from '../refusal.js';
import type { Shown } from '../request-log.js';
import { shownCreationTime, shownMembers, shownShares } from '../shown-deployment.js';
import {
  addRoutine,
  type Deployment,
  type Environment,
  type EnvironmentName,
  environmentNames,
  findRoutine,
  findVersion,
  type Routine,
} from '../world.js';
import { answer, type Call, defaultRelatedRecord, type Operation, wholeNumber, withRoutine } from './operation.js';

/** Operations on routines and the account (sections 1.3 and 1.5). */
export const routineOperations: Readonly<Record<string, Operation>> = {
  GetRoutine: {
    required: ['Name'],
    run: withRoutine((routine, call, name) => answer(routineBody(routine, call, name))),
  },
  GetErService: { required: [], run: () => answer({ Status: 'Running', PlanName: 'er_freemode' }) },
  ListEdgeRoutinePlans: { required: [], run: ({ world }) => answer({ PlanInfo: [planBody(world.quirks)] }) },
  ListUserRoutines: { required: [], run: listUserRoutines },
  // The staging edge is this machine; esa-cli asks for it whenever it lists deployments.
  GetRoutineStagingEnvIp: { required: [], run: () => answer({ IPV4: ['127.0.0.1'] }) },
  GetRoutineAccessToken: {
    required: ['Name'],
    run: withRoutine((_routine, { now }, name) => answer({ Token: edgeToken(name, now) })),
  },
  CreateRoutine: {
    required: ['Name'],
    run: ({ world, parameters, now }) => {
      const name = parameters['Name'] ?? '';
      if (!/^[a-z][a-z0-9-]+$/.test(name)) return refuse('InvalidParameter', `${name} is no name for a routine.`);
      if (findRoutine(world, name) !== undefined) {
        return refuse('RoutineAlreadyExist', `The routine ${name} already exists.`);
      }
      if (Object.keys(world.routines).length >= ROUTINE_QUOTA) {
        return refuse('RoutineNumberExceedQuotaLimit', 'The number of routines exceeds the quota.');
      }
      const description = parameters['Description'] ?? '';
      addRoutine(world, name, { description, hasAssets: parameters['HasAssets'] === 'true' }, now);
      return answer({ Status: 'OK' });
    },
  },
  UpdateRoutineConfigDescription: {
    required: ['Name', 'Description'],
    run: withRoutine((routine, { parameters }) => {
      routine.description = parameters['Description'] ?? '';
      return answer({ Status: 'OK' });
    }),
  },
  DeleteRoutine: {
    required: ['Name'],
    run: withRoutine((_routine, { world }, name) => {
      delete world.routines[name];
      return answer({ Status: 'OK' });
    }),
  },
};

const ROUTINE_QUOTA = 20;

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-listedgeroutineplans */
function planBody({ codeVersionQuota }: Quirks): JsonObject {
  return {
    PlanName: 'er_freemode',
    BillingMode: 'er_free',
    // Numbers as texts, as in the models of the SDK.
    ErRoutineCodeVersionQuota: String(codeVersionQuota),
    ErRoutineQuota: String(ROUTINE_QUOTA),
  };
}

function listUserRoutines({ world, parameters }: Call) {
  const page = wholeNumber(parameters['PageNumber'], 1, 10);
  // Documented as 1 to 20, but esa-cli 1.0.3 asks for 50 as a matter of course.
  const size = wholeNumber(parameters['PageSize'], 20, 500);
  if (page === undefined) return refuse('InvalidParameter', 'PageNumber must be 1 to 10.');
  if (size === undefined) return refuse('InvalidParameter', 'PageSize must be 1 to 500.');
  const word = parameters['SearchKeyWord'] ?? '';
  const found = Object.entries(world.routines).filter(([name]) => name.includes(word));
  return answer({
    Routines: found.slice((page - 1) * size, page * size).map(([name, routine]) => ({
      RoutineName: name,
      Description: routine.description,
      DefaultRelatedRecord: defaultRelatedRecord(name),
      CreateTime: world.quirks.omitCreateTimes ? undefined : routine.createTime,
      HasAssets: routine.hasAssets,
    })),
    TotalCount: world.quirks.omitTotalCount ? undefined : found.length,
    UsedRoutineNumber: Object.keys(world.routines).length,
    QuotaRoutineNumber: ROUTINE_QUOTA,
    PageNumber: page,
    PageSize: size,
  });
}

function routineBody(routine: Routine, { world, logged }: Call, name: string): JsonObject {
  const { quirks } = world;
  logged.live = idsOf((environment) => routine.environments[environment].current);
  const shown = environmentNames.map((environment) => ({
    environment,
    deployment: readDeployment(routine.environments[environment]),
  }));
  logged.showed = idsOf((asked) => shown.find(({ environment }) => environment === asked)?.deployment);
  const untouched = shown.every(({ deployment }) => deployment === undefined);
  const envs = shown.flatMap(({ environment, deployment }) =>
    deployment === undefined
      ? neverDeployed[quirks.neverDeployed](environment)
      : [environmentBody(routine, environment, deployment, quirks)],
  );
  return {
    Description: routine.description,
    DefaultRelatedRecord: defaultRelatedRecord(name),
    CreateTime: quirks.omitCreateTimes ? undefined : routine.createTime,
    HasAssets: routine.hasAssets,
    Envs: untouched && quirks.neverDeployed === 'no-envs' ? undefined : envs,
  };
}

function idsOf(deployed: (environment: EnvironmentName) => Deployment | undefined): Shown {
  const ids = environmentNames.map((environment) => [environment, deployed(environment)?.deployId]);
  return Object.fromEntries(ids.filter(([, id]) => id !== undefined));
}

// Reading is what lets the lag run out.
function readDeployment(environment: Environment): Deployment | undefined {
  const { lag } = environment;
  if (lag === undefined) return environment.current;
  environment.lag = lag.reads > 1 ? { ...lag, reads: lag.reads - 1 } : undefined;
  return lag.shown ?? undefined;
}

/** `no-envs` can leave out the whole list only while no environment is deployed; else it leaves out the entry. */
const neverDeployed: Readonly<Record<Quirks['neverDeployed'], (environment: EnvironmentName) => JsonObject[]>> = {
  'no-envs': () => [],
  'no-env': () => [],
  'no-code-deploy': (environment) => [{ Env: environment }],
  'no-code-versions': (environment) => [{ Env: environment, CodeDeploy: { Strategy: 'percentage' } }],
};

function environmentBody(
  routine: Routine,
  environment: EnvironmentName,
  deployment: Deployment,
  quirks: Quirks,
): JsonObject {
  const version = (id: string) => (quirks.numericCodeVersion ? bareNumber(id) : id);
  const { deployId } = deployment;
  const codeDeploy = {
    DeployId: quirks.numericDeployId ? bareNumber(deployId) : deployId,
    CreationTime: shownCreationTime(deployment, quirks),
    Strategy: deployment.strategy,
    CodeVersions: shownShares(deployment, quirks).map(({ codeVersion, percentage }) => ({
      Description: findVersion(routine, codeVersion)?.description ?? '',
      Percentage: quirks.percentageAsString ? String(percentage) : percentage,
      CreateTime: quirks.omitCreateTimes ? undefined : findVersion(routine, codeVersion)?.createTime,
      CodeVersion: version(codeVersion),
    })),
  };
  const [main, canary] = shownMembers(deployment, quirks);
  return {
    CodeVersion: main === undefined ? undefined : version(main),
    Env: environment,
    CanaryCodeVersion: canary === undefined ? undefined : version(canary),
    CodeDeploy: deployment.publishedOnly === true ? undefined : codeDeploy,
  };
}

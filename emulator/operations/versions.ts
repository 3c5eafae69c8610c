import { settle } from '../build.js';
import { bareNumber, type Json, type JsonObject } from '../exact-json.js';
import type { Quirks } from '../quirks.js';
import { refuse } from '../refusal.js';
import { type CodeVersion, environmentNames, findVersion, type Routine } from '../world.js';
import { answer, type Call, type Operation, type Result, wholeNumber, withRoutine } from './operation.js';

/** Operations on code versions (sections 1.4 and 1.5). */
export const versionOperations: Readonly<Record<string, Operation>> = {
  ListRoutineCodeVersions: { required: ['Name'], run: withRoutine(listVersions) },
  GetRoutineCodeVersion: {
    required: ['Name', 'CodeVersion'],
    run: withVersion(({ codeVersion, description, createTime, code }) =>
      answer({
        CodeVersion: codeVersion,
        CodeDescription: description,
        CreateTime: createTime,
        RoutineCode: Buffer.from(code ?? '').toString('base64'),
      }),
    ),
  },
  GetRoutineCodeVersionInfo: {
    required: ['Name', 'CodeVersion'],
    run: withVersion((version, { world, now }, routine) => {
      settle(version, now);
      // Unlike the list this answers no quirk of numbers: nothing suggests that it ever did.
      return answer({ ...versionBody(version, world.quirks, version.codeVersion), HasAssets: routine.hasAssets });
    }),
  },
  DeleteRoutineCodeVersion: {
    required: ['Name', 'CodeVersion'],
    run: withVersion(({ codeVersion }, _call, routine) => {
      const used = environmentNames.some((environment) =>
        routine.environments[environment].current?.codeVersions.some((share) => share.codeVersion === codeVersion),
      );
      // That this is the code for a deployed version is suggested by its name only.
      if (used) return refuse('DependedByOthers', `The code version ${codeVersion} is in use.`);
      routine.versions = routine.versions.filter((version) => version.codeVersion !== codeVersion);
      return answer({ Status: 'OK' });
    }),
  },
};

// The code for a version that does not exist is unverified.
function withVersion(then: (version: CodeVersion, call: Call, routine: Routine) => Result): Operation['run'] {
  return withRoutine((routine, call) => {
    const id = call.parameters['CodeVersion'] ?? '';
    const version = findVersion(routine, id);
    return version === undefined
      ? refuse('InvalidParameter', `The code version ${id} does not exist.`)
      : then(version, call, routine);
  });
}

function listVersions(routine: Routine, { world, parameters, now }: Call): Result {
  const page = wholeNumber(parameters['PageNumber'], 1, 2);
  const size = wholeNumber(parameters['PageSize'], 20, 20);
  if (page === undefined) return refuse('InvalidParameter', 'PageNumber must be 1 or 2.');
  if (size === undefined) return refuse('InvalidParameter', 'PageSize must be 1 to 20.');
  const word = (parameters['SearchKeyWord'] ?? '').toLowerCase();
  const found = routine.versions.filter(({ description }) => description.toLowerCase().includes(word));
  if (!world.quirks.oldestFirst) found.reverse();
  const shown = found.slice((page - 1) * size, page * size);
  for (const version of shown) settle(version, now);
  const { quirks } = world;
  return answer({
    PageNumber: page,
    PageSize: size,
    TotalCount: quirks.omitTotalCount ? undefined : found.length,
    CodeVersions: shown.map((version) =>
      versionBody(version, quirks, quirks.numericCodeVersion ? bareNumber(version.codeVersion) : version.codeVersion),
    ),
  });
}

function versionBody(version: CodeVersion, quirks: Quirks, shownId: Json): JsonObject {
  return {
    CodeVersion: shownId,
    CodeDescription: version.description,
    CreateTime: quirks.omitCreateTimes ? undefined : version.createTime,
    Status: quirks.omitStatus ? undefined : version.status,
    BuildId: version.buildId,
    ExtraInfo: version.extraInfo ?? '{}',
    ConfOptions: version.notFoundStrategy === undefined ? {} : { NotFoundStrategy: version.notFoundStrategy },
    DeployEnv: version.deployEnv,
    HasEnvVars: version.deployEnv !== undefined,
  };
}

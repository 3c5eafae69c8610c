import type { JsonObject } from '../exact-json.js';
import { type GivenOut, giveOut } from '../post-policy.js';
import { type Refusal, refuse } from '../refusal.js';
import { addVersion, type CodeVersion, environmentNames, type Routine, type World } from '../world.js';
import { answer, type Call, type Operation, type Result, withRoutine } from './operation.js';

/** Where the object storage that takes the code listens, on the API's own server. */
export const storagePath = '/_oss/';

/**
 * The two ways to a new code version: both answer with a form that is then posted to object storage.
 * Sources: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-getroutinestagingcodeuploadinfo
 * https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-createroutinewithassetscodeversion
 */
export const uploadOperations: Readonly<Record<string, Operation>> = {
  GetRoutineStagingCodeUploadInfo: {
    required: ['Name'],
    run: withRoutine((_routine, call, name) => {
      const { Key: key, Policy: policy, ...rest } = formOf(call, giveOut(call.world, name, undefined, call.now));
      return answer({ OssPostConfig: { ...rest, key, policy, ...callbackOf(call) } });
    }),
  },
  CommitRoutineStagingCode: { required: ['Name'], run: withRoutine(commit) },
  CreateRoutineWithAssetsCodeVersion: {
    required: ['Name'],
    run: withRoutine((routine, call, name) => {
      const refusal = overQuota(routine, call.world) ?? strangeOptions(call);
      if (refusal !== undefined) return refusal;
      const more = { ...described(call), ...toldOf(call), status: 'Init' as const };
      const codeVersion = addVersion(call.world, name, more, call.now);
      // What becomes of a routine that was made without assets is unverified.
      routine.hasAssets = true;
      const form = formOf(call, giveOut(call.world, name, codeVersion, call.now));
      return answer({ CodeVersion: codeVersion, Status: 'init', OssPostConfig: form });
    }),
  },
};

function described({ parameters }: Call): Partial<CodeVersion> {
  const deployEnv = environmentNames.find((known) => known === parameters['DeployEnv']);
  return { description: parameters['CodeDescription'] ?? '', ...(deployEnv && { deployEnv }) };
}

/** No document has these for CommitRoutineStagingCode. */
function toldOf({ parameters }: Call): Partial<CodeVersion> {
  const { ExtraInfo: extraInfo, BuildId: buildId } = parameters;
  const notFoundStrategy = strategyIn(parameters['ConfOptions']);
  return {
    ...(extraInfo && { extraInfo }),
    ...(buildId && { buildId: Number(buildId) }),
    ...(typeof notFoundStrategy === 'string' && { notFoundStrategy }),
  };
}

/** Null where it is one that there is not. */
function strategyIn(options: string | undefined): string | null | undefined {
  if (options === undefined) return undefined;
  try {
    const { NotFoundStrategy: asked } = (JSON.parse(options) ?? {}) as { NotFoundStrategy?: unknown };
    if (asked === undefined || asked === '') return undefined;
    return asked === 'SinglePageApplication' || asked === '404Page' ? asked : null;
  } catch {
    return null;
  }
}

// That it is refused, and how, is unverified.
function strangeOptions({ parameters }: Call): Refusal | undefined {
  const strange = strategyIn(parameters['ConfOptions']) === null;
  return strange ? refuse('InvalidParameter', 'ConfOptions.NotFoundStrategy is none that there is.') : undefined;
}

/** Versions that were never finished count too. */
function overQuota(routine: Routine, { quirks }: World): Refusal | undefined {
  if (routine.versions.length < quirks.codeVersionQuota) return undefined;
  return refuse('CodeVersionNumberExceedQuotaLimit', 'The number of code versions exceeds the quota.');
}

function formOf({ origin }: Call, { upload, policy, signature, securityToken, accessKeyId }: GivenOut) {
  return {
    Url: `${origin}${storagePath}`,
    OSSAccessKeyId: accessKeyId,
    Key: upload.key,
    Policy: policy,
    Signature: signature,
    XOssSecurityToken: securityToken,
  };
}

/** Whom object storage tells that the code is there. */
function callbackOf({ parameters }: Call): JsonObject {
  const description = Buffer.from(parameters['CodeDescription'] ?? '').toString('base64');
  const callback = { callbackUrl: 'http://callback.invalid', callbackBody: 'object is posted' };
  return {
    callback: Buffer.from(JSON.stringify(callback)).toString('base64'),
    'x:codeDescription': description,
  };
}

// The code when nothing was uploaded is unverified.
function commit(routine: Routine, call: Call, name: string): Result {
  const { uploads, quirks } = call.world;
  const upload = uploads.findLast(({ routine: of, code }) => of === name && code !== undefined);
  if (upload === undefined) return refuse('InvalidParameter', `No code was uploaded for the routine ${name}.`);
  const refusal = overQuota(routine, call.world);
  if (refusal !== undefined) return refusal;
  call.world.uploads = uploads.filter((one) => one !== upload);
  const told = quirks.commitTakesExtraInfo ? toldOf(call) : {};
  return answer({
    CodeVersion: addVersion(call.world, name, { ...described(call), ...told, code: upload.code }, call.now),
  });
}

import { createHash } from 'node:crypto';
import { refuse } from '../refusal.js';
import {
  addVersion,
  type CodeVersion,
  environmentNames,
  findRoutine,
  findVersion,
  nextId,
  timestamp,
  type Upload,
  type World,
} from '../world.js';
import { answer, type Call, type Operation, type Result, withRoutine } from './operation.js';

/** Where the object storage that takes the code listens, on the API's own server. */
export const storagePath = '/_oss/';

/** How long a form may be posted, in ms. */
const policyLife = 5 * 60_000;

/** The two ways to a new code version: both answer with a form that is then posted to object storage. */
export const uploadOperations: Readonly<Record<string, Operation>> = {
  GetRoutineStagingCodeUploadInfo: {
    required: ['Name'],
    run: withRoutine((_routine, call, name) => {
      const { key, policy, ...rest } = postConfig(call, name, undefined);
      const description = call.parameters['CodeDescription'] ?? '';
      return answer({ OssPostConfig: { ...rest, key, policy, callback: '', 'x:codeDescription': description } });
    }),
  },
  CommitRoutineStagingCode: { required: ['Name'], run: withRoutine((_routine, call, name) => commit(call, name)) },
  CreateRoutineWithAssetsCodeVersion: {
    required: ['Name'],
    run: withRoutine((_routine, call, name) => {
      const codeVersion = addVersion(call.world, name, { ...described(call), status: 'Init' }, call.now);
      const { key, policy, ...rest } = postConfig(call, name, codeVersion);
      return answer({ CodeVersion: codeVersion, Status: 'init', OssPostConfig: { ...rest, Key: key, Policy: policy } });
    }),
  },
};

function described({ parameters }: Call): Partial<CodeVersion> {
  const deployEnv = environmentNames.find((known) => known === parameters['DeployEnv']);
  const extraInfo = parameters['ExtraInfo'];
  return {
    description: parameters['CodeDescription'] ?? '',
    ...(deployEnv && { deployEnv }),
    ...(extraInfo && { extraInfo }),
  };
}

function postConfig({ world, now, origin }: Call, routine: string, codeVersion: string | undefined) {
  const id = nextId(world, now);
  const expires = now + policyLife;
  const upload: Upload = { key: `${routine}/${id}`, routine, expires, codeVersion };
  world.uploads.push(upload);
  const policy = JSON.stringify({ expiration: timestamp(expires), conditions: [{ key: upload.key }] });
  return {
    Url: `${origin}${storagePath}`,
    OSSAccessKeyId: 'STS.storage',
    key: upload.key,
    policy: Buffer.from(policy).toString('base64'),
    Signature: signatureOf(upload),
    XOssSecurityToken: 'storage-token',
  };
}

function signatureOf({ key, expires }: Upload): string {
  return createHash('sha256').update(`${key} ${expires}`).digest('base64');
}

// The code when nothing was uploaded is unverified.
function commit(call: Call, name: string): Result {
  const { uploads } = call.world;
  const upload = uploads.findLast(({ routine, code }) => routine === name && code !== undefined);
  if (upload === undefined) return refuse('InvalidParameter', `No code was uploaded for the routine ${name}.`);
  call.world.uploads = uploads.filter((one) => one !== upload);
  return answer({ CodeVersion: addVersion(call.world, name, { ...described(call), code: upload.code }, call.now) });
}

/** What object storage answers to a form; an error has its code, as its XML does. */
export interface StorageAnswer {
  readonly status: number;
  readonly code?: string;
}

/** Takes the form of an upload. `file` is what the version will consist of. `now` in ms since the epoch. */
export function storeUpload(world: World, form: ReadonlyMap<string, string>, now: number): StorageAnswer {
  const upload = world.uploads.find(({ key }) => key === form.get('key'));
  if (upload === undefined || now >= upload.expires) return { status: 403, code: 'AccessDenied' };
  if (form.get('Signature') !== signatureOf(upload)) return { status: 403, code: 'SignatureDoesNotMatch' };
  const file = form.get('file');
  if (file === undefined) return { status: 400, code: 'InvalidArgument' };
  upload.code = file;
  const routine = findRoutine(world, upload.routine);
  const version = routine && findVersion(routine, upload.codeVersion ?? '');
  // From here on the build runs: it is seen as Init once, so that a client that does not poll is found out.
  if (version !== undefined) Object.assign(version, { code: file, readyAfterReads: 1 });
  return { status: form.get('success_action_status') === '200' ? 200 : 204 };
}

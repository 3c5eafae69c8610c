import { randomUUID } from 'node:crypto';
import type { Code, Package } from '../ports.js';
import { pauseWithin, retryPause } from '../rollout/decide/retry.js';
import type { Answer, CodeVersion, Fault } from '../rollout/model.js';
import { failed, succeeded } from '../rollout/result.js';
import { descriptionText, isTagged } from '../rollout/upload/description.js';
import { extraInfoText } from '../rollout/upload/extra-info.js';
import { codeChanged, formNotUnderstood, UPLOAD_CANCELLED } from '../rollout/upload/sentences.js';
import { POLICY_EXPIRED, postPackage } from './object-store.js';
import { listStored, removeVersion, type Stored, settle } from './stored-versions.js';
import { removeUnfinished, type Unfinished, unfinishedText } from './unfinished.js';
import { committedVersion, createdVersion, stagingUploadInfo } from './upload-answers.js';
import { type OssPostConfig, readUploadForm, secretsIn, type UploadForm } from './upload-form.js';
import type { UploadMeans, UploadWish } from './upload-wish.js';

/** A form holds for five minutes; so often another is asked for. */
const MOST_FORMS = 3;

/** One upload under way. */
interface Job {
  readonly stored: Stored;
  readonly code: Code;
  readonly wish: UploadWish;
  readonly means: UploadMeans;
  readonly uploadId: string;
  readonly description: string;
  readonly extraInfo: string;
}

/**
 * Uploads code as a new version, and waits until it is built. One file is staged and committed; a directory gets a version
 * first and is uploaded into it. What is left unfinished by this is deleted again.
 */
export async function newVersion(
  stored: Stored,
  code: Code,
  wish: UploadWish,
  means: UploadMeans,
  isBuilt: (version: CodeVersion) => Promise<Fault | undefined>,
): Promise<Answer<CodeVersion>> {
  const uploadId = randomUUID();
  const { commit, description } = wish;
  const job: Job = {
    stored,
    code,
    wish,
    means,
    uploadId,
    description: descriptionText(description, commit, code.kind, code.digest),
    extraInfo: extraInfoText({ commit, digest: code.digest, uploadId, nameHashes: code.nameHashes }),
  };
  return code.kind === 'file' ? byStaging(job, isBuilt) : byCreation(job, isBuilt);
}

type IsBuilt = Parameters<typeof newVersion>[4];

async function byStaging(job: Job, isBuilt: IsBuilt): Promise<Answer<CodeVersion>> {
  const { code, wish, means, uploadId } = job;
  const packed = await code.pack('');
  if (!packed.ok) return failed(codeChanged(packed.error));
  let posted: Fault | undefined;
  for (let forms = 1; forms <= MOST_FORMS; forms += 1) {
    const form = await stagingForm(job);
    if (!form.ok) return form;
    posted = await post(form.value, packed.value, means);
    if (posted?.code !== POLICY_EXPIRED) break;
  }
  if (posted !== undefined) return failed(posted);
  if (means.hurry.aborted) return failed(UPLOAD_CANCELLED);
  const version = await commitStaged(job);
  if (!version.ok) return version;
  const unfinished: Unfinished = { routine: wish.routine, uploadId, version: version.value };
  means.remember(unfinishedText(unfinished));
  const fault = await isBuilt(version.value);
  if (fault === undefined || (await removeUnfinished(unfinished, means)).ok) means.remember('');
  return fault === undefined ? version : failed(fault);
}

async function stagingForm({ wish, means, description }: Job): Promise<Answer<UploadForm>> {
  const operation = 'GetRoutineStagingCodeUploadInfo';
  const parameters = { Name: wish.routine, CodeDescription: description };
  const answer = await means.calls.read(operation, parameters, stagingUploadInfo(), { isSecret: true });
  if (!answer.ok) return failed(answer.error.fault);
  return formIn(operation, answer.value.data.OssPostConfig, { at: means.now(), date: answer.value.date }, means);
}

function formIn(
  operation: string,
  config: OssPostConfig,
  when: { readonly at: number; readonly date: number | undefined },
  { keepSecret, isLoopback }: UploadMeans,
): Answer<UploadForm> {
  keepSecret(...secretsIn(config));
  const form = readUploadForm(config, { ...when, isLoopback });
  return form.ok ? form : failed(formNotUnderstood(operation, form.error));
}

/** Posts until it is taken, while the form holds; what it failed of otherwise. */
async function post(form: UploadForm, code: Package, means: UploadMeans): Promise<Fault | undefined> {
  const since = means.now();
  for (let count = 1; ; count += 1) {
    if (means.hurry.aborted) return UPLOAD_CANCELLED;
    const retryPolicy = (fault: Fault) => {
      if (fault.code === POLICY_EXPIRED || means.hurry.aborted) return undefined;
      const wait = retryPause(fault, { count, since, now: means.now(), pause: 0, rollback: false });
      const pause = wait && pauseWithin(wait, Math.random());
      return pause === undefined || means.now() + pause >= form.until ? undefined : pause;
    };
    const answer = await postPackage(form, code, means, { number: count, retryPolicy });
    if (answer.ok) return undefined;
    const { fault, retryIn } = answer.error;
    if (means.hurry.aborted) return UPLOAD_CANCELLED;
    if (retryIn === undefined) {
      // What would do with more time than the form has left needs another form.
      return fault.transient && means.now() >= form.until ? { ...fault, code: POLICY_EXPIRED } : fault;
    }
    await means.sleep(retryIn);
  }
}

/**
 * A lost answer is looked for: by the end of its description a version of one file is told again. The rest of that may come
 * back without what is secret.
 */
async function commitStaged(job: Job): Promise<Answer<CodeVersion>> {
  const { stored, code, wish, means, description, extraInfo } = job;
  const before = new Set(stored.versions.map(({ version }) => version));
  const settled = await settle(
    {
      operation: 'CommitRoutineStagingCode',
      // No document has ExtraInfo for it, and an unknown parameter is passed over.
      parameters: { Name: wish.routine, CodeDescription: description, DeployEnv: wish.env, ExtraInfo: extraInfo },
      schema: committedVersion(),
      landed: async () => {
        const now = await listStored(wish.routine, means);
        if (!now.ok) return now;
        const isOurs = ({ version, description: told, boundTo }: (typeof now.value.versions)[number]) =>
          !before.has(version) && isTagged(told, code.digest) && (boundTo === undefined || boundTo === wish.env);
        return succeeded(now.value.versions.find(isOurs)?.version);
      },
    },
    means,
  );
  if (!settled.ok) return settled;
  return succeeded(settled.value.kind === 'answered' ? settled.value.data.CodeVersion : settled.value.data);
}

async function byCreation(job: Job, isBuilt: IsBuilt): Promise<Answer<CodeVersion>> {
  const { wish, means, uploadId } = job;
  let unfinished: Unfinished = { routine: wish.routine, uploadId, version: '' };
  const note = (version: CodeVersion) => {
    unfinished = { ...unfinished, version };
    means.remember(unfinishedText(unfinished));
  };
  note('');
  const { result, lost } = await filled(job, note);
  const fault = result.ok ? await isBuilt(result.value) : result.error;
  const good = result.ok && fault === undefined ? result.value : undefined;
  // An answer that was lost may have been of a version that shows late.
  const isClean = good !== undefined && !lost;
  const removed = isClean ? result : await removeUnfinished(unfinished, means, good);
  if (removed.ok) means.remember('');
  return fault === undefined ? result : failed(fault);
}

/** A version with all that belongs into it; whether an answer was lost on the way. */
async function filled(
  job: Job,
  note: (version: CodeVersion) => void,
): Promise<{ readonly result: Answer<CodeVersion>; readonly lost: boolean }> {
  const { wish, means } = job;
  let lost = false;
  let fault = UPLOAD_CANCELLED;
  for (let forms = 1; forms <= MOST_FORMS && !means.hurry.aborted; forms += 1) {
    const created = await create(job);
    lost ||= created.lost;
    if (!created.result.ok) return { result: created.result, lost };
    const { value } = created.result;
    // Only a form that came can be filled, and what was created without one is gone again.
    if (value === undefined) continue;
    note(value.version);
    const form = formIn(CREATE, value.config, value, means);
    const posted = form.ok ? await pack(job, value.version, form.value) : form.error;
    if (posted === undefined) return { result: succeeded(value.version), lost };
    fault = posted;
    if (posted.code !== POLICY_EXPIRED) break;
    const left = await removeVersion(wish.routine, value.version, 'unfinished', means);
    if (left !== undefined) return { result: failed(left), lost };
    note('');
  }
  return { result: failed(fault), lost };
}

async function pack({ code, means }: Job, version: CodeVersion, form: UploadForm): Promise<Fault | undefined> {
  const packed = await code.pack(version);
  if (!packed.ok) return codeChanged(packed.error);
  try {
    return await post(form, packed.value, means);
  } finally {
    await packed.value.remove();
  }
}

const CREATE = 'CreateRoutineWithAssetsCodeVersion';

interface Created {
  readonly version: CodeVersion;
  readonly config: OssPostConfig;
  readonly at: number;
  readonly date: number | undefined;
}

/**
 * A version that waits for its files, with the form for them; undefined where the answer with the form was lost, and the
 * version was deleted again.
 */
async function create(job: Job): Promise<{ readonly result: Answer<Created | undefined>; readonly lost: boolean }> {
  const { wish, means, uploadId, description, extraInfo } = job;
  let lost = false;
  const conf = wish.notFound === undefined ? {} : { NotFoundStrategy: wish.notFound };
  const settled = await settle(
    {
      operation: CREATE,
      parameters: {
        Name: wish.routine,
        CodeDescription: description,
        DeployEnv: wish.env,
        ExtraInfo: extraInfo,
        ConfOptions: JSON.stringify(conf),
      },
      schema: createdVersion(),
      isSecret: true,
      landed: async () => {
        lost = true;
        const removed = await removeUnfinished({ routine: wish.routine, uploadId, version: '' }, means);
        if (!removed.ok) return removed;
        return succeeded(removed.value.length > 0 ? true : undefined);
      },
    },
    means,
  );
  if (!settled.ok) return { result: settled, lost };
  if (settled.value.kind === 'landed') return { result: succeeded(undefined), lost };
  const { data, at, date } = settled.value;
  return { result: succeeded({ version: data.CodeVersion, config: data.OssPostConfig, at, date }), lost };
}

import { openRun } from './adapters.js';
import { conclude, concludeCrash, type Reporter, refuse, settle } from './conclude.js';
import { lifetimeWarning } from './credentials/lifetime.js';
import { identityOf } from './credentials/source.js';
import { execute, type Run } from './execute.js';
import { tryUrls } from './gates/http.js';
import { adviseOnLogs } from './gates/logs-advice.js';
import { measureBy } from './gates/measure.js';
import { cancellation } from './github/cancellation.js';
import { openRecord } from './github/open-record.js';
import { saveState, workspace } from './github/runner.js';
import { byInput, type Request } from './inputs/request.js';
import type { Code, PreviousVersion, Remember } from './ports.js';
import { lookAgain, type Planned, readAndPlan, takeSurvey } from './reading.js';
import { actionsNeeded } from './rollout/access.js';
import type { Survey } from './rollout/decide/survey.js';
import type { Conclusion, Plan } from './rollout/model.js';
import { type FinishedRun, finishedRun } from './rollout/report/finished-run.js';
import { describeWord } from './rollout/report/log-lines.js';
import { surveyLines } from './rollout/report/survey-text.js';
import { type Result, succeeded } from './rollout/result.js';
import { UPLOADED } from './rollout/version-ref.js';
import { redactJson, type Secrets } from './secrets/secrets.js';
import { readRequest, start } from './start.js';
import { type Prepared, readGivenCode, uploadActions, uploadAndPlan } from './uploading.js';

/** The step itself: inputs -> plan -> execute -> conclude. */
export async function deploy(): Promise<void> {
  const started = start();
  started.log.section('Before the plan');
  try {
    const cancelled = cancellation();
    const read = readRequest(started);
    const code = await readGivenCode(started.raw, process.env);
    if (!read.ok || !code.ok) {
      const mistakes = [...(read.ok ? [] : read.error), ...(code.ok ? [] : code.error)];
      return refuse(mistakes.toSorted(byInput), started.raw.routine, started);
    }
    conclude(await carryOut(read.value, code.value, cancelled, started), started);
  } catch (error) {
    concludeCrash(error, started);
  }
}

async function carryOut(
  request: Request,
  code: Code | undefined,
  cancelled: AbortSignal,
  reporter: Reporter,
): Promise<FinishedRun> {
  const { secrets, log } = reporter;
  const record = openRecord(request.record, request.asked, { step: 'step', cancelled, secrets, warn: log.warn });
  const watch = record.note;
  const remember = evidenceKeeper(secrets);
  const run = openRun(request, { cancelled, log, secrets, remember, watch });
  const previousVersion = request.record && record.previousVersion;
  try {
    const { planned, told, mark, conclusion } = await prepare(request, code, run, previousVersion, log.headline);
    const { plan: made, words, at, readAt, doubts } = planned;
    const meant = words.filter(({ word }) => word !== UPLOADED.word).map((word) => describeWord(word, at));
    const survey = await surveyFor(planned, request, run);
    if (survey !== undefined) for (const line of surveyLines(survey, request.asked)) log.headline(line);
    for (const line of meant) log.headline(line);
    for (const doubt of doubts) log.warn(doubt);
    const lines = [...told, ...meant];
    if (conclusion !== undefined) return finishedRun(made, run.timeline, conclusion, lines, survey);
    const plan = await record.begin(made);
    if (request.record !== undefined) await lookAgain(run, readAt);
    const ended = await follow(plan, request, { ...run, mark }, reporter);
    const finished = finishedRun(plan, run.timeline, ended, lines, survey);
    settle(finished, reporter);
    await record.end(finished);
    return finished;
  } finally {
    run.close();
  }
}

/** What a dry run shows beside its plan. */
async function surveyFor(
  planned: Planned,
  { asked, code, sources }: Request,
  { timeline, credentialsFrom, cancelled }: ReturnType<typeof openRun>,
): Promise<Survey | undefined> {
  if (!asked.dryRun) return undefined;
  const needed = actionsNeeded(asked, { upload: uploadActions(code), readsLogs: sources['gate-logs'] !== undefined });
  const http = planned.plan.kind === 'rollout' ? sources['gate-url'] : undefined;
  const tried = http === undefined ? [] : await tryUrls({ ...http, header: http.mark?.header }, cancelled);
  return takeSurvey(planned, { credentials: credentialsFrom(), tried, needed, timeline });
}

/** A plan by what is live, and by what the code has become where some is given. */
async function prepare(
  request: Request,
  code: Code | undefined,
  run: ReturnType<typeof openRun>,
  previousVersion: PreviousVersion | undefined,
  say: (line: string) => void,
): Promise<Prepared> {
  if (code !== undefined && request.code !== undefined)
    return uploadAndPlan(code, request.code, { request, run, previousVersion, say });
  return { planned: await readAndPlan(request.asked, { ...run, previousVersion }), told: [], mark: '' };
}

/** Says what is planned, and does it. */
async function follow(plan: Plan, request: Request, run: MarkedRun, reporter: Reporter): Promise<Conclusion> {
  const { log } = reporter;
  const lifetime = lifetimeWarning(request.credentials, plan);
  const doubts = [...('doubts' in plan ? plan.doubts : []), ...(lifetime === undefined ? [] : [lifetime])];
  for (const doubt of doubts) log.warn(doubt);
  run.follow(plan);
  const saved = saveWayBack(plan, request);
  if (!saved.ok) return notBegun(saved.error);
  return execute(plan, { ...run, ...measuresFor(plan, request, run, reporter) });
}

/** With what the canary answers for itself; empty where that is its version. */
type MarkedRun = ReturnType<typeof openRun> & { readonly mark: string };

function measuresFor(
  plan: Plan,
  { sources, logsEndpoint: { host } }: Request,
  { cancelled, logsBy, output, now, sleep, mark }: MarkedRun,
  { secrets }: Reporter,
): Partial<Pick<Run, 'measure' | 'measureBaseline'>> {
  if (plan.kind !== 'rollout' || plan.rollout.gate === undefined) return {};
  const { project = '', logstore = '' } = sources['gate-logs'] ?? {};
  const readLogs = logsBy((code, message) => adviseOnLogs({ project, logstore, host }, code, message));
  const means = { readLogs, now, sleep, cancelled, redact: secrets.redact, mark };
  return measureBy(sources, plan, { folder: workspace(), environment: process.env, show: output, ...means });
}

/** Kept for the post step, once for each change; false where it could not be. */
function evidenceKeeper({ redact }: Secrets): Remember {
  let kept: string | undefined;
  return (evidence) => {
    if (evidence !== kept && saveState('evidence', redactJson(evidence, redact)).ok) kept = evidence;
    return evidence === kept;
  };
}

/** What was live, for the post step: should this process be killed, that is all anybody knows of the way back. */
function saveWayBack(plan: Plan, { credentials }: Request): Result<void, string> {
  if (plan.kind !== 'rollout' || plan.wish.dryRun || plan.stable === undefined) return succeeded(undefined);
  const identity = saveState('identity', identityOf(credentials));
  return identity.ok ? saveState('stable', plan.stable) : identity;
}

/** No rollout starts that the post step could not undo. */
function notBegun(why: string): Conclusion {
  return {
    outcome: 'failed',
    reason: `Nothing was written: ${why} Should this run be killed, the post step could not restore the stable.`,
    advice: ['Free disk space on the runner, and let no step change the file that GITHUB_STATE names.'],
  };
}

import { withStop } from '../escape.js';
import { faultText } from '../fault-text.js';
import type { CodeVersion, Conclusion, Fault, Live, Plan } from '../model.js';
import { liveText } from '../split.js';

/** How a run ends that goes no further than its upload: the outcome, and the sentence that says so. */

/** What is left to say of a plan when nothing of it is done. */
export type Undone = Extract<Plan, { kind: 'report' }>;

export function undone({ wish }: Plan, before: Live): Undone {
  return { kind: 'report', wish: { ...wish, goal: { kind: 'report' } }, before };
}

/** The code has a version, and nothing else was asked for. */
export function uploadedAlone(plan: Undone, version: CodeVersion, isNew: boolean): Conclusion {
  const what = isNew ? `The code is version ${version} now` : `The code is version ${version}, which was there`;
  return {
    outcome: 'uploaded',
    reason: `${what}. Nothing was deployed; ${liveSentence(plan)}.`,
    why: `${what}. Nothing was deployed.`,
    advice: [`\`canary: ${version}\` rolls it out, \`versions: ${version}=100\` deploys it.`],
  };
}

/** The same of a dry run. */
export function wouldUpload(plan: Undone, version: CodeVersion | undefined): Conclusion {
  const what =
    version === undefined
      ? 'upload the code and deploy nothing'
      : `upload nothing, since the code is version ${version}, and deploy nothing`;
  const why = `A real run would ${what}.`;
  return { outcome: 'planned', reason: `A real run would ${what}; ${liveSentence(plan)}.`, why, advice: [] };
}

/** There is no version that could be deployed. What fails in the haste of a cancellation fails by it. */
export function uploadFailed(plan: Undone, fault: Fault, inHaste: boolean): Conclusion {
  const isCancelled = fault.code === 'Cancelled' || (inHaste && fault.transient);
  const what = isCancelled
    ? 'The upload was cancelled.'
    : `The upload failed: ${withStop(`${fault.operation}: ${faultText(fault)}`)}`;
  return {
    outcome: isCancelled ? 'held' : 'failed',
    reason: `${what} Nothing was deployed; ${liveSentence(plan)}.`,
    why: `${what} Nothing was deployed.`,
    advice: isCancelled ? [] : [fault.advice],
  };
}

function liveSentence({ wish, before }: Undone): string {
  return `${wish.env} serves ${liveText(before)}`;
}

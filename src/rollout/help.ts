import type { Fault } from './model.js';
import type { Outcome } from './outcome.js';

/** Which heading of docs/outcomes.md is about how a run ended: the anchor that GitHub gives it. */

/** How a run ended, as far as it matters here. */
export interface Ended {
  readonly outcome: Outcome;
  /** All that is said of it. */
  readonly reason: string;
  /** What the service or the way to it said no to, in their order. */
  readonly faults: readonly Fault[];
}

/** One heading. `codes` are those of faults, exact or, with a star, by how they begin; `texts` are parts of sentences. */
export interface HelpTopic {
  readonly anchor: string;
  readonly codes?: readonly string[];
  /** The operation alone of which these codes are, where others give them too. */
  readonly operation?: string;
  readonly texts?: readonly string[];
}

/** What is said of a whole rollout comes before the fault that it met. */
const ROLLOUT: readonly HelpTopic[] = [
  { anchor: 'the-rollback-failed', texts: ['The rollback failed too'] },
  { anchor: 'somebody-elses-deployment-was-written-over', texts: ['was written over'] },
  {
    anchor: 'somebody-else-deployed',
    texts: ['Somebody else deployed meanwhile', 'Somebody else restored the stable'],
  },
];

/** What a gate found is past where nobody can see any more what became of the canary. */
const GATE: readonly HelpTopic[] = [
  { anchor: 'the-logs-cannot-be-judged', texts: ['by `gate-logs` could measure it'] },
  { anchor: 'the-gate-failed', texts: ['The gate failed'] },
  { anchor: 'the-gate-could-not-measure', texts: ['The gate could not measure'] },
];

const FAULTS: readonly HelpTopic[] = [
  {
    anchor: 'the-role-does-not-trust-this-job',
    operation: 'AssumeRoleWithOIDC',
    codes: ['NoPermission', 'AuthenticationFail.NoPermission'],
  },
  { anchor: 'the-fingerprint-is-out-of-date', codes: ['AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch'] },
  { anchor: 'the-id-token-came-too-late', codes: ['AuthenticationFail.OIDCToken.Expired'] },
  { anchor: 'the-provider-does-not-fit', codes: ['AuthenticationFail.OIDCToken.*'] },
  { anchor: 'the-role-or-the-provider-does-not-exist', codes: ['EntityNotExist.*'] },
  {
    anchor: 'the-session-is-not-allowed',
    codes: ['InvalidParameter.DurationSeconds', 'InvalidParameter.RoleSessionName'],
  },
  { anchor: 'the-job-gets-no-id-token', codes: ['IdTokenNotIssued*', 'IdTokenTimeout'] },
  { anchor: 'there-are-no-credentials', codes: ['NoCredentials', 'InvalidCredentials'] },
  { anchor: 'the-key-is-not-known', codes: ['InvalidAccessKeyId.*'] },
  { anchor: 'the-secret-does-not-fit', codes: ['SignatureDoesNotMatch', 'ERR_INVALID_CHAR'] },
  { anchor: 'the-session-has-ended', codes: ['InvalidSecurityToken.Expired'] },
  { anchor: 'the-security-token-does-not-fit', codes: ['InvalidSecurityToken*', 'MissingSecurityToken'] },
  { anchor: 'the-key-may-not-do-this', codes: ['Forbidden*', 'NoPermission*'] },
  { anchor: 'the-clock-is-wrong', codes: ['InvalidTimeStamp*'] },
  { anchor: 'the-proxy-says-no', codes: ['ProxyRefused', 'ProxyFailed'] },
  {
    anchor: 'the-certificate-is-not-trusted',
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_*',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  },
  { anchor: 'there-is-no-connection', codes: ['ConnectTimeout', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'] },
  { anchor: 'no-answer-came-in-time', codes: ['ReadTimeout'] },
  { anchor: 'the-connection-was-cut', codes: ['ECONNRESET', 'EPIPE'] },
  {
    anchor: 'something-else-answered',
    codes: ['NotJson*', 'AnswerTooLong', 'Redirected', 'IncompleteSignature', 'SignatureNonceUsed'],
  },
  { anchor: 'the-answer-is-not-understood', codes: ['AnswerNotUnderstood'] },
  { anchor: 'the-answer-is-not-believed', codes: ['AnswerNotBelieved'] },
  {
    anchor: 'the-service-is-busy',
    codes: ['Throttling*', 'Rejected.Throttling', 'LockFailed', 'Site.ServiceBusy', 'TooManyRequests'],
  },
  { anchor: 'the-service-failed', codes: ['ServiceUnavailable', 'Internal*', 'CallbackFailed'] },
  { anchor: 'the-routine-does-not-exist', codes: ['RoutineNotExist'] },
  { anchor: 'a-parameter-was-refused', codes: ['InvalidParameter', 'ParameterNotExist', 'Missing*'] },
  {
    anchor: 'the-account-cannot-use-the-service',
    codes: [
      'ServiceNotOpen',
      'RoutineUserServiceStatusHalt',
      'SiteParameterNotMatch',
      'ErService.HasOpened',
      'RoutineAlreadyExist',
      'RoutineNameAlreadyExist',
      'DependedByOthers',
    ],
  },
  {
    anchor: 'the-endpoint-is-wrong',
    codes: ['InvalidApi.NotFound', 'InvalidProduct.NotFound', 'InvalidAction.NotFound', 'InvalidProtocol.NeedSsl'],
  },
  {
    anchor: 'the-plan-has-no-room',
    codes: ['CodeVersionNumberExceedQuotaLimit', 'RoutineNumberExceedQuotaLimit'],
  },
  { anchor: 'the-version-was-not-built', codes: ['BuildFailed', 'BuildUnfinished'] },
  { anchor: 'the-code-changed-meanwhile', codes: ['CodeChanged'] },
  { anchor: 'a-file-of-the-runner-cannot-be-written', codes: ['StateNotSaved'] },
  { anchor: 'the-logs-cannot-be-judged', codes: ['Incomplete'] },
  { anchor: 'the-rollout-was-cancelled', codes: ['Cancelled'] },
  { anchor: 'a-fault-in-the-action', codes: ['Unforeseen'] },
];

const UNREAD = 'What is live can no longer be read';

/** Everything else that a run ends by. */
const SENTENCES: readonly HelpTopic[] = [
  { anchor: 'the-upload-failed', texts: ['The upload failed'] },
  {
    anchor: 'the-deployment-does-not-show',
    texts: ['may still show', 'does not show it after'],
  },
  {
    anchor: 'what-is-live-cannot-be-read',
    texts: [UNREAD, 'What is live could not be read'],
  },
  { anchor: 'a-file-of-the-runner-cannot-be-written', texts: ['GITHUB_STATE could not be written'] },
  { anchor: 'the-outputs-are-lost', texts: ['GITHUB_OUTPUT could not be written'] },
  { anchor: 'what-was-left-behind-was-not-checked', texts: ['what it left behind was not checked'] },
  { anchor: 'a-fault-in-the-action', texts: ['fault in the action itself'] },
  { anchor: 'an-input-is-wrong', texts: ['No request was sent.'] },
  { anchor: 'another-deployment-is-live', texts: ['"expect-deployment-id" asks for'] },
  { anchor: 'two-other-versions-are-live', texts: ['two other versions are live already'] },
  { anchor: 'the-version-is-not-built-yet', texts: ['its status is'] },
  { anchor: 'the-version-is-bound-to-the-other-environment', texts: ['is bound to the variables of'] },
  { anchor: 'the-version-does-not-exist', texts: ['does not exist in routine'] },
  { anchor: 'the-canary-is-older', texts: ['is older than'] },
  { anchor: 'the-canary-is-the-stable', texts: ['is the stable of a rollout of'] },
  { anchor: 'nobody-knows-which-is-the-canary', texts: ['nobody knows which of the live versions'] },
  { anchor: 'nobody-knows-when-the-bake-ends', texts: ['nobody knows when its bake ends'] },
  { anchor: 'the-last-rollout-failed', texts: ['the record of the last rollout of canary'] },
  { anchor: 'a-word-stands-for-no-version', texts: ['the newest of', 'its versions cannot be listed'] },
  {
    anchor: 'the-rollout-was-cancelled',
    texts: ['The rollout was cancelled', 'Cancelled', 'The upload was cancelled'],
  },
];

export const HELP_TOPICS = { ROLLOUT, GATE, FAULTS, SENTENCES } as const;

/** Where nothing more is known of a code than what the service said. */
export const ANY_OTHER_CODE = 'any-other-code';

/** An outcome has a heading of its name. */
export function helpAnchor({ outcome, reason, faults }: Ended): string {
  const bySentence = (topics: readonly HelpTopic[]) =>
    topics.find(({ texts = [] }) => texts.some((text) => reason.includes(text)))?.anchor;
  const fault = faults.findLast(({ code }) => reason.includes(code));
  const known = fault && faultAnchor(fault);
  const gate = reason.includes(UNREAD) ? undefined : bySentence(GATE);
  return (
    bySentence(ROLLOUT) ?? gate ?? known ?? bySentence(SENTENCES) ?? (fault === undefined ? outcome : ANY_OTHER_CODE)
  );
}

/** Undefined where nothing is known of the code. */
export function faultAnchor({ operation, code }: Pick<Fault, 'operation' | 'code'>): string | undefined {
  const topic = FAULTS.find(
    ({ codes = [], operation: only = operation }) => only === operation && codes.some((one) => isOf(code, one)),
  );
  return topic?.anchor;
}

/** Where docs/outcomes.md of the very action is that runs, as far as its environment tells. */
export type HelpPlace =
  | { readonly kind: 'page'; readonly url: string }
  /** On a server of its own an action is of that server, or of GitHub: nothing tells which. */
  | { readonly kind: 'named'; readonly repository: string; readonly ref: string }
  /** As with `uses: ./`: whoever runs it has the file. */
  | { readonly kind: 'none' };

const PAGE = 'docs/outcomes.md';

export function helpPlace(server: string, repository: string, ref: string): HelpPlace {
  if (server === '' || ref === '' || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return { kind: 'none' };
  if (server !== 'https://github.com') return { kind: 'named', repository, ref };
  const path = ref.split('/').map(encodeURIComponent).join('/');
  return { kind: 'page', url: `${server}/${repository}/blob/${path}/${PAGE}` };
}

/** The last sentence of what is said of a failure; empty where nobody knows a place. */
export function helpSentence(place: HelpPlace, anchor: string): string {
  if (place.kind === 'none') return '';
  if (place.kind === 'page') return `Help: ${place.url}#${anchor}`;
  return `Help: ${PAGE}#${anchor} in ${place.repository}@${place.ref}`;
}

function isOf(code: string, pattern: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}

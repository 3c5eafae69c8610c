import { REGIONS } from '../alibaba/endpoint.js';
import { succeeded } from '../rollout/result.js';
import { readSteps } from '../rollout/steps.js';
import {
  anyText,
  arn,
  count,
  durationBetween,
  host,
  keyText,
  logHost,
  logPlace,
  matching,
  notFoundStrategy,
  oneOf,
  type Rule,
  rate,
  secretsInUrls,
  statusRanges,
  urls,
  versionMark,
  versionRef,
  yesOrNo,
} from './rules.js';
import { readVersions } from './versions.js';

/** One input of action.yml. One that is neither required nor has a default may be absent. */
export interface Row {
  readonly rule: Rule<unknown>;
  /** That of action.yml, as text. An expression may make an input empty, so it is needed here again. */
  readonly default?: string;
  /** What is said after "nothing is given" where it is absent. */
  readonly required?: string;
  /** What of its text is secret, whether the rule takes it or not. */
  readonly secret?: (text: string) => readonly string[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The expression `github.token`, as action.yml has it. */
const JOB_TOKEN = '\u0024{{ github.token }}';
const whole = (text: string) => [text];
const abortAction = oneOf(['rollback', 'hold'], '"rollback" or "hold"');

/** Every input, in the order of action.yml. A test compares both. */
export const TABLE = {
  routine: {
    rule: matching(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'is given; a routine name has no control characters'),
    required: 'it is the name of the routine, as the ESA console shows it',
  },
  env: {
    rule: oneOf(['staging', 'production'], '"staging" or "production", in this spelling'),
    required: 'allowed is "staging" or "production"',
  },
  canary: { rule: versionRef },
  versions: { rule: readVersions },
  code: { rule: anyText },
  'code-entry': { rule: anyText },
  'code-not-found': { rule: notFoundStrategy },
  'code-description': { rule: anyText },
  'keep-versions': { rule: count },
  'create-routine': { rule: yesOrNo, default: 'false' },
  'allow-older': { rule: yesOrNo, default: 'false' },
  steps: { rule: readSteps },
  'dry-run': { rule: yesOrNo, default: 'false' },
  wait: { rule: yesOrNo, default: 'true' },
  'on-failure': { rule: abortAction, default: 'rollback' },
  'on-inconclusive': { rule: abortAction, default: 'rollback' },
  'on-cancel': { rule: abortAction, default: 'rollback' },
  'expect-deployment-id': {
    rule: matching(/^[^\s\p{Cc}]*$/u, 'is given; a DeploymentId has no spaces or control characters'),
  },
  'gate-url': { rule: urls, secret: secretsInUrls },
  'gate-version-header': { rule: versionMark },
  'gate-expect': { rule: statusRanges, default: '200-399' },
  'gate-latency': { rule: durationBetween(1, 10 * MINUTE, ', such as "800ms"') },
  'gate-success-rate': { rule: rate, default: '99%' },
  'gate-interval': { rule: durationBetween(100, HOUR, ', such as "15s"'), default: '15s' },
  'gate-logs': { rule: logPlace },
  'gate-logs-region': {
    rule: matching(/^[a-z]{2,10}(?:-[a-z0-9]{1,20}){1,4}$/, 'is given; allowed is a region such as "cn-shanghai"'),
  },
  'gate-command': { rule: anyText },
  'gate-mode': { rule: oneOf(['enforce', 'observe'], '"enforce" or "observe"'), default: 'enforce' },
  'role-to-assume': { rule: arn('role') },
  'oidc-provider-arn': { rule: arn('oidc-provider') },
  'access-key-id': { rule: keyText, secret: whole },
  'access-key-secret': { rule: keyText, secret: whole },
  'security-token': { rule: keyText, secret: whole },
  region: {
    rule: oneOf(REGIONS, '"cn-hangzhou" (China site) or "ap-southeast-1" (international site)'),
    default: 'cn-hangzhou',
  },
  audience: {
    rule: matching(
      /^[!-~]{1,255}$/,
      'is given; allowed is a client id of the OIDC provider, such as "sts.aliyuncs.com"',
    ),
    default: 'sts.aliyuncs.com',
  },
  'role-session-name': {
    rule: matching(/^[\w.@-]{2,64}$/, 'is given; allowed are 2 to 64 letters, digits, and the characters . @ - _'),
  },
  // Bounds of AssumeRoleWithOIDC; the role itself may allow less.
  'role-session-duration': {
    rule: durationBetween(15 * MINUTE, 12 * HOUR, ' that the role allows, such as "1h"'),
    default: '1h',
  },
  'github-deployment': {
    rule: matching(
      /^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u,
      'is given; the name of a GitHub environment has 1 to 255 characters, and no control characters',
    ),
  },
  'github-deployment-steps': { rule: yesOrNo, default: 'false' },
  retry: { rule: yesOrNo, default: 'false' },
  // Where the runner has filled nothing in there is none, which a record can do without.
  'github-token': {
    rule: (text) => (text === JOB_TOKEN ? succeeded('') : keyText(text)),
    default: JOB_TOKEN,
    secret: whole,
  },
  'api-timeout': { rule: durationBetween(100, 10 * MINUTE, ', such as "30s"'), default: '30s' },
  endpoint: { rule: host },
  'sts-endpoint': { rule: host },
  'gate-logs-endpoint': { rule: logHost },
} satisfies Readonly<Record<string, Row>>;

export type InputName = keyof typeof TABLE;

export const ROWS: Readonly<Record<InputName, Row>> = TABLE;

export const INPUTS = Object.keys(TABLE) as readonly InputName[];

/** As the runner hands them over: text without blanks around it, empty where nothing is given. */
export type RawInputs = Readonly<Record<InputName, string>>;

/** Everything secret that the inputs hold. */
export function secretsIn(raw: RawInputs): readonly string[] {
  return INPUTS.flatMap((name) => ROWS[name].secret?.(raw[name]) ?? []);
}

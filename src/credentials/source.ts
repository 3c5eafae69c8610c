import { createHash } from 'node:crypto';
import type { Keys } from '../alibaba/call.js';
import type { TokenFile } from '../alibaba/credential-providers.js';
import { failed, type Result, succeeded } from '../rollout/result.js';

/** A role to be assumed with the job's own id-token. */
export interface Role {
  readonly roleArn: string;
  readonly providerArn: string;
  readonly audience: string;
  readonly sessionName: string;
  /** How long the session is asked to last, in ms. */
  readonly duration: number;
}

export type CredentialSource =
  | { readonly kind: 'keys'; readonly from: string; readonly keys: Keys }
  | { readonly kind: 'oidc'; readonly from: string; readonly role: Role }
  | { readonly kind: 'oidc-file'; readonly from: string; readonly file: TokenFile }
  /** Alibaba Cloud's default chain, without the metadata of an ECS instance where there cannot be one. */
  | { readonly kind: 'chain'; readonly from: string; readonly metadata: boolean };

type Texts = Readonly<Record<string, string | undefined>>;

/** A part that is missing, and those of its group that are given. */
export interface MissingPart {
  readonly name: string;
  readonly given: readonly string[];
}

/** `malformed` names what holds a character that no key has. */
export type Found = Result<
  CredentialSource,
  { readonly missing: readonly MissingPart[]; readonly malformed: readonly string[] }
>;

/** One way to give credentials. `optional` names what may be left out. */
interface Group {
  readonly title: string;
  readonly where: 'inputs' | 'environment';
  readonly names: readonly string[];
  readonly optional: readonly string[];
  readonly note: string;
}

const keys = (title: string, where: Group['where'], names: readonly [string, string], token: string, note: string) =>
  ({ title, where, names, optional: [token], note }) satisfies Group;

const OIDC: Group = {
  title: 'OIDC, by this action',
  where: 'inputs',
  names: ['role-to-assume', 'oidc-provider-arn'],
  optional: [],
  note: 'No key has to exist. Renewed before it ends, for as long as the rollout takes.',
};

const OIDC_FILE: Group = {
  title: 'OIDC token file',
  where: 'environment',
  names: ['ALIBABA_CLOUD_ROLE_ARN', 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN', 'ALIBABA_CLOUD_OIDC_TOKEN_FILE'],
  optional: ['ALIBABA_CLOUD_ROLE_SESSION_NAME'],
  note: 'As in a pod of ACK with RRSA. Renewed from the file.',
};

/**
 * The order in which credentials are looked for. The first group of which anything is given is taken; if a part of it
 * is missing that is a mistake, never a reason to go on to the next. Groups are not mixed.
 * Sources: @alicloud/credentials 2.4.7 for the default chain, aliyun/configure-aliyun-credentials-action 1.0.7 for the
 * names of its three families.
 */
export const GROUPS: readonly Group[] = [
  keys(
    'inputs',
    'inputs',
    ['access-key-id', 'access-key-secret'],
    'security-token',
    "`security-token` with a session's key. Not renewed.",
  ),
  OIDC,
  keys(
    'environment',
    'environment',
    ['ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
    'ALIBABA_CLOUD_SECURITY_TOKEN',
    'As `aliyun/configure-aliyun-credentials-action` sets them. Not renewed.',
  ),
  keys(
    'environment, older names',
    'environment',
    ['ALICLOUD_ACCESS_KEY', 'ALICLOUD_SECRET_KEY'],
    'ALICLOUD_SECURITY_TOKEN',
    'The names of the Terraform provider. Not renewed.',
  ),
  keys(
    'environment, oldest names',
    'environment',
    ['ALIBABACLOUD_ACCESS_KEY_ID', 'ALIBABACLOUD_ACCESS_KEY_SECRET'],
    'ALIBABACLOUD_SECURITY_TOKEN',
    'Not renewed.',
  ),
  OIDC_FILE,
];

/** Where the default chain looks when no group is given: name, place and remark, for messages and docs/credentials.md. */
export const REST_OF_CHAIN = [
  ['Alibaba Cloud CLI profile', '`~/.aliyun/config.json`, `ALIBABA_CLOUD_PROFILE`', 'Renewed where its mode allows.'],
  ['credentials file', '`~/.alibabacloud/credentials`, `ALIBABA_CLOUD_CREDENTIALS_FILE`', ''],
  ['ECS RAM role', 'metadata of the instance', 'Never asked for on a GitHub-hosted runner. Renewed.'],
  ['URI', '`ALIBABA_CLOUD_CREDENTIALS_URI`', 'Renewed.'],
] as const;

/** Without spaces and line breaks. Inputs have rules of their own. */
const PRINTABLE = /^[!-~]+$/;

/** Reads the groups in their order. An empty text is absent, as a post step of other actions leaves it. */
export function findSource(inputs: Texts, environment: Texts, role: Omit<Role, 'roleArn' | 'providerArn'>): Found {
  const textOf = ({ where }: Group, name: string) => (where === 'inputs' ? inputs : environment)[name] ?? '';
  const metadata = environment['RUNNER_ENVIRONMENT'] !== 'github-hosted';
  for (const group of GROUPS) {
    const given = [...group.names, ...group.optional].filter((name) => textOf(group, name) !== '');
    if (given.length === 0) continue;
    // The name of a session says nothing by itself, so somebody may have set it for all.
    if (group === OIDC_FILE && given.every((name) => group.optional.includes(name))) continue;
    const missing = group.names.filter((name) => !given.includes(name));
    if (missing.length > 0) return failed({ missing: missing.map((name) => ({ name, given })), malformed: [] });
    const malformed =
      group.where === 'inputs' || group === OIDC_FILE
        ? []
        : given.filter((name) => !PRINTABLE.test(textOf(group, name)));
    if (malformed.length > 0) return failed({ missing: [], malformed });
    const from = `${group.title} (${given.join(', ')})`;
    const [first = '', second = ''] = group.names.map((name) => textOf(group, name));
    if (group === OIDC)
      return succeeded({ kind: 'oidc', from, role: { ...role, roleArn: first, providerArn: second } });
    if (group === OIDC_FILE) {
      const path = textOf(group, 'ALIBABA_CLOUD_OIDC_TOKEN_FILE');
      const name = textOf(group, 'ALIBABA_CLOUD_ROLE_SESSION_NAME') || role.sessionName;
      return succeeded({
        kind: 'oidc-file',
        from,
        file: { roleArn: first, providerArn: second, path, sessionName: name },
      });
    }
    const token = textOf(group, group.optional[0] ?? '');
    const securityToken = token === '' ? undefined : token;
    return succeeded({ kind: 'keys', from, keys: { accessKeyId: first, accessKeySecret: second, securityToken } });
  }
  return succeeded({ kind: 'chain', from: "Alibaba Cloud's default chain", metadata });
}

/**
 * Distinguishes one source and account from another without revealing either, for the post step: later steps may set
 * others.
 */
export function identityOf(source: CredentialSource): string {
  const who = source.kind === 'keys' && source.keys.securityToken === undefined ? source.keys.accessKeyId : '';
  const role = source.kind === 'oidc' ? source.role.roleArn : source.kind === 'oidc-file' ? source.file.roleArn : '';
  return createHash('sha256').update(`${source.from} ${who} ${role}`).digest('hex').slice(0, 32);
}

/**
 * Longest name that STS takes; it also takes nothing but letters, digits and `.@-_`. Source: sts20150401,
 * AssumeRoleWithOIDC.
 */
const LONGEST_NAME = 64;

/** Names repository and run, so that ActionTrail shows which run made a call. */
export function sessionName(environment: Texts): string {
  const fitting = (text: string) => text.replace(/[^\w.@-]+/g, '-');
  const run = fitting(environment['GITHUB_RUN_ID'] ?? '');
  const named = fitting(environment['GITHUB_REPOSITORY'] ?? '');
  const repository = named.length < 2 ? 'esa-canary-deploy' : named;
  const suffix = run === '' ? '' : `-${run}`.slice(0, LONGEST_NAME - 2);
  return `${repository.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}

/** What in the environment is secret: every key and token that a group may hold, whichever is taken. */
export function environmentSecrets(environment: Texts): readonly string[] {
  const groups = GROUPS.filter((group) => group.where === 'environment' && group !== OIDC_FILE);
  return groups.flatMap(({ names, optional }) => [...names, ...optional]).map((name) => environment[name] ?? '');
}

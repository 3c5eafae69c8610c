import { parseArgs } from 'node:util';
import type { Endpoint } from '../src/alibaba/call.js';
import {
  REGIONS,
  type Region,
  readEndpoint,
  regionEndpoint,
  regionLogsEndpoint,
  regionStsEndpoint,
} from '../src/alibaba/endpoint.js';
import { failed, type Result, succeeded } from '../src/rollout/result.js';
import { isVersion } from './answers.js';
import { FACTS } from './facts.js';

export const HELP = `Usage: npm run contract -- --routine NAME [options]

Asks the real service for what no document says, by two versions of a routine, and puts back what was live. It first
says what it will write, and asks.

  --routine NAME             the routine; nothing but it is touched
  --env staging|production   environment (default: staging)
  --versions A,B             two code versions that exist (default: what is live, and the newest other one)
  --upload                   upload tiny versions instead, and delete them again
  --publish                  also call PublishRoutineCodeVersion
  --rate                     also send 20 requests a second for 5 seconds
  --logs PROJECT/LOGSTORE    also read the logs of the routine
  --url URL                  where the edge is asked (default: the routine's own address, with a token)
  --region REGION            cn-hangzhou (default) or ap-southeast-1
  --logs-region REGION       of the project of --logs (default: --region)
  --role-to-assume ARN       with --oidc-provider-arn: in a workflow, by its OIDC token; else keys are looked for in the
  --oidc-provider-arn ARN    environment and in the profiles of Alibaba Cloud's tools
  --endpoint URL, --sts-endpoint URL, --logs-endpoint URL
  --out FOLDER               where contract-report.md and .json are written (default: .)
  --state FILE               what the next run restores, should this one be killed (default: .contract/state.json)
  --only FACT,FACT           make only the checks that tell these facts, and those that they go by
  --restore                  only put back what a run before has left
  --yes                      do not ask
  --help                     this text

It ends with 0 where it came to its end and all is as it was before, with 1 where it was stopped or something could not
be put back, with 2 where an argument is wrong, and with 3 where nobody agreed.
`;

export interface Options {
  readonly routine: string;
  readonly env: 'staging' | 'production';
  readonly versions: readonly [string, string] | undefined;
  readonly upload: boolean;
  readonly publish: boolean;
  readonly rate: boolean;
  readonly logs: { readonly project: string; readonly logstore: string } | undefined;
  readonly url: URL | undefined;
  readonly region: Region;
  readonly role: Readonly<Record<'role-to-assume' | 'oidc-provider-arn', string>>;
  readonly endpoint: Endpoint;
  readonly stsEndpoint: Endpoint;
  readonly logsEndpoint: Endpoint;
  /** Facts; all where undefined. */
  readonly only: readonly string[] | undefined;
  readonly out: string;
  readonly state: string;
  readonly restore: boolean;
  readonly yes: boolean;
}

const TEXTS = [
  'routine',
  'env',
  'versions',
  'logs',
  'url',
  'region',
  'logs-region',
  'role-to-assume',
  'oidc-provider-arn',
  'endpoint',
  'sts-endpoint',
  'logs-endpoint',
  'only',
  'out',
  'state',
] as const;
const FLAGS = ['upload', 'publish', 'rate', 'restore', 'yes', 'help'] as const;

const KNOWN: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>> = Object.fromEntries([
  ...TEXTS.map((name) => [name, { type: 'string' as const }]),
  ...FLAGS.map((name) => [name, { type: 'boolean' as const }]),
]);

/** The arguments, `help` where that is asked for, or all mistakes in them. */
export function readOptions(args: readonly string[]): Result<Options | 'help', readonly string[]> {
  const mistakes: string[] = [];
  // Not strict: strict stops at the first mistake.
  const given = parseArgs({ args: [...args], options: KNOWN, strict: false, allowPositionals: true, tokens: true });
  for (const token of given.tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected argument: ${token.value}`);
    if (token.kind !== 'option') continue;
    const known = Object.hasOwn(KNOWN, token.name) ? KNOWN[token.name] : undefined;
    if (known === undefined) mistakes.push(`unknown option: ${token.rawName}`);
    else if (known.type === 'string' && !token.value) mistakes.push(`${token.rawName} needs a value`);
    else if (known.type === 'boolean' && token.value !== undefined) mistakes.push(`${token.rawName} takes no value`);
  }
  if (given.values['help'] === true) return succeeded('help');
  const options = optionsOf(given.values, mistakes);
  return mistakes.length > 0 ? failed(mistakes) : succeeded(options);
}

type Values = Readonly<Record<string, unknown>>;

function optionsOf(values: Values, mistakes: string[]): Options {
  const text = (name: (typeof TEXTS)[number]) => (typeof values[name] === 'string' ? values[name] : '');
  const isSet = (name: (typeof FLAGS)[number]) => values[name] === true;
  const must = (holds: boolean, mistake: string) => {
    if (!holds) mistakes.push(mistake);
  };
  must(
    /^[\w-]{2,64}$/.test(text('routine')),
    '--routine is needed: the name of a routine, of letters, digits and dashes',
  );
  const env = text('env') || 'staging';
  must(env === 'staging' || env === 'production', '--env is staging or production');
  const versions = text('versions').split(',');
  const arePair = versions.length === 2 && versions.every(isVersion) && versions[0] !== versions[1];
  must(text('versions') === '' || arePair, '--versions names two different code versions: A,B');
  must(text('versions') === '' || !isSet('upload'), '--versions and --upload exclude each other');
  const region = REGIONS.find((known) => known === (text('region') || 'cn-hangzhou'));
  must(region !== undefined, `--region is one of ${REGIONS.join(', ')}`);
  const { 'role-to-assume': role, 'oidc-provider-arn': provider } = values;
  must((role === undefined) === (provider === undefined), '--role-to-assume and --oidc-provider-arn go together');
  const endpoints = endpointsOf(text, region ?? 'cn-hangzhou', must);
  const [, project = '', logstore = ''] = /^([a-z0-9][a-z0-9-]{1,62})\/([\w-]{2,63})$/.exec(text('logs')) ?? [];
  must(text('logs') === '' || project !== '', '--logs is PROJECT/LOGSTORE');
  const only = text('only')
    .split(',')
    .filter((fact) => fact !== '');
  const strange = only.filter((fact) => !FACTS.some(({ id }) => id === fact));
  must(strange.length === 0, `--only names no fact: ${strange.join(', ')}; docs/facts.md lists them`);
  const url = URL.canParse(text('url')) ? new URL(text('url')) : undefined;
  const isAddress = url !== undefined && isSafe(url);
  must(text('url') === '' || isAddress, '--url is an https address, or http on loopback');
  return {
    routine: text('routine'),
    env: env === 'production' ? 'production' : 'staging',
    versions: arePair ? [versions[0] ?? '', versions[1] ?? ''] : undefined,
    upload: isSet('upload'),
    publish: isSet('publish'),
    rate: isSet('rate'),
    logs: project === '' ? undefined : { project, logstore },
    url,
    region: region ?? 'cn-hangzhou',
    role: { 'role-to-assume': text('role-to-assume'), 'oidc-provider-arn': text('oidc-provider-arn') },
    ...endpoints,
    only: only.length === 0 ? undefined : only,
    out: text('out') || '.',
    state: text('state') || '.contract/state.json',
    restore: isSet('restore'),
    yes: isSet('yes'),
  };
}

function endpointsOf(
  text: (name: 'endpoint' | 'sts-endpoint' | 'logs-endpoint' | 'logs-region') => string,
  region: Region,
  must: (holds: boolean, mistake: string) => void,
) {
  const pick = (name: 'endpoint' | 'sts-endpoint' | 'logs-endpoint', usual: Endpoint) => {
    if (text(name) === '') return usual;
    const read = readEndpoint(text(name));
    must(read !== undefined, `--${name} is https://HOST, or http on loopback`);
    return read ?? usual;
  };
  return {
    endpoint: pick('endpoint', regionEndpoint(region)),
    stsEndpoint: pick('sts-endpoint', regionStsEndpoint(region)),
    logsEndpoint: pick('logs-endpoint', regionLogsEndpoint(text('logs-region') || region)),
  };
}

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || readEndpoint(url.origin) !== undefined;
}

import type { Options } from './options.js';

/** What somebody can be known by, and what it is called in a report; an empty name stands for nothing. */
export function namesOf(options: Options, environment: NodeJS.ProcessEnv): Map<string, string> {
  const { routine, logs, url, role, endpoint } = options;
  const { GITHUB_REPOSITORY = '', GITHUB_ACTOR = '', ALIBABA_CLOUD_PROFILE = '' } = environment;
  const [owner = '', repository = ''] = GITHUB_REPOSITORY.split('/');
  const roles = [role['role-to-assume'], environment['ALIBABA_CLOUD_ROLE_ARN'] ?? ''];
  const providers = [role['oidc-provider-arn'], environment['ALIBABA_CLOUD_OIDC_PROVIDER_ARN'] ?? ''];
  // The routine last: whatever else has its name is called by it.
  return new Map([
    [owner, 'OWNER'],
    [repository, 'REPOSITORY'],
    [GITHUB_REPOSITORY, 'REPOSITORY'],
    [GITHUB_ACTOR, 'ACTOR'],
    [ALIBABA_CLOUD_PROFILE, 'PROFILE'],
    ...roles.map((arn) => [lastOf(arn), 'ROLE'] as const),
    ...providers.map((arn) => [lastOf(arn), 'PROVIDER'] as const),
    ...[...roles, ...providers].map((arn) => [arn.split(':')[3] ?? '', 'ACCOUNT'] as const),
    [environment['ALIBABA_CLOUD_ROLE_SESSION_NAME'] ?? '', 'SESSION'],
    [url?.hostname ?? '', 'HOST'],
    [endpoint.host, 'ENDPOINT'],
    [logs?.project ?? '', 'PROJECT'],
    [logs?.logstore ?? '', 'LOGSTORE'],
    [routine, 'ROUTINE'],
  ]);
}

/** `acs:ram::ACCOUNT:role/NAME`. A name of one letter would tear any text apart. */
function lastOf(arn: string): string {
  const name = arn.split('/').at(-1) ?? '';
  return arn.includes('/') && name.length > 1 ? name : '';
}

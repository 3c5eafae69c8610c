import { type RawInputs, readInputs } from '../../../src/inputs/inputs.js';

/** Inputs without a mistake, as the runner hands them over; tests change what they are about. */
const GOOD: RawInputs = {
  routine: 'hello',
  env: 'production',
  versions: '1723599747213377175=10,1723599747213377176=90',
  canary: '',
  'allow-older': '',
  steps: '',
  wait: '',
  'gate-url': '',
  'gate-expect': '',
  'gate-latency': '',
  'gate-version-header': '',
  'gate-success-rate': '',
  'gate-command': '',
  'gate-interval': '',
  'on-failure': '',
  'on-inconclusive': '',
  'on-cancel': '',
  'expect-deployment-id': '',
  'dry-run': '',
  'access-key-id': 'LTAI5t',
  'access-key-secret': 'secret',
  'security-token': '',
  'role-to-assume': '',
  'oidc-provider-arn': '',
  audience: '',
  'role-session-name': '',
  'role-session-duration': '',
  region: '',
  endpoint: '',
  'sts-endpoint': '',
  'api-timeout': '',
};

type Environment = Readonly<Record<string, string>>;

export const read = (changed: Partial<RawInputs> = {}, environment: Environment = {}) =>
  readInputs({ ...GOOD, ...changed }, environment);
export const mistakes = (changed: Partial<RawInputs>, environment: Environment = {}) => {
  const result = read(changed, environment);
  return result.ok ? [] : result.error;
};

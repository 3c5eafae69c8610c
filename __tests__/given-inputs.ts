import { type RawInputs, readInputs } from '../src/inputs.js';

/** Inputs without a mistake, as the runner hands them over; tests change what they are about. */
const GOOD: RawInputs = {
  routine: 'hello',
  env: 'production',
  versions: '1723599747213377175=10,1723599747213377176=90',
  canary: '',
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
  region: '',
  endpoint: '',
  'api-timeout': '',
};

export const read = (changed: Partial<RawInputs> = {}) => readInputs({ ...GOOD, ...changed });
export const mistakes = (changed: Partial<RawInputs>) => {
  const result = read(changed);
  return result.ok ? [] : result.mistakes;
};

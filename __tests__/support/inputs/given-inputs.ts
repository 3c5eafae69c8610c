import type { Mistake } from '../../../src/inputs/mistakes.js';
import { readInputs } from '../../../src/inputs/request.js';
import { INPUTS, type RawInputs } from '../../../src/inputs/table.js';

type Environment = Readonly<Record<string, string>>;

/** As the runner hands over that nothing is given. */
export const NOTHING = Object.fromEntries(INPUTS.map((name) => [name, ''])) as RawInputs;

/** Inputs without a mistake, as the runner hands them over; tests change what they are about. */
export const GOOD: RawInputs = {
  ...NOTHING,
  routine: 'hello',
  env: 'production',
  versions: '1723599747213377175=10,1723599747213377176=90',
  'access-key-id': 'LTAI5t',
  'access-key-secret': 'secret',
};

export const read = (changed: Partial<RawInputs> = {}, environment: Environment = {}) =>
  readInputs({ ...GOOD, ...changed }, environment);

export const mistakes = (changed: Partial<RawInputs>, environment: Environment = {}): readonly Mistake[] => {
  const result = read(changed, environment);
  return result.ok ? [] : result.error;
};

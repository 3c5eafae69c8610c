import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { adviceOnCode, adviceOnNetwork, inOptions } from '../../contract/advice.js';
import { HELP } from '../../contract/options.js';
import { adviseOnSts } from '../../src/credentials/sts-advice.js';

const root = resolve(import.meta.dirname, '../../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const [, inputsText = ''] = /^inputs:\n([\s\S]*?)^outputs:/m.exec(textOf('action.yml')) ?? [];
const inputs = [...inputsText.matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name = '']) => name);

/** Codes that a table of the action has a row for. */
const codesIn = (path: string) =>
  [...textOf(path).matchAll(/^ {2}'?([A-Z][A-Za-z.]+|[A-Z_]{5,})'?: /gm)].map(([, code = '']) => code);

/** What an advice names as an input, and what as an option that there is not. */
function strangeIn(advice: string): readonly string[] {
  const names = [...advice.matchAll(/`([a-z][a-z-]*)(?:: [^`]*)?`/g)].map(([, name = '']) => name);
  const flags = [...advice.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag);
  return [...names.filter((name) => inputs.includes(name)), ...flags.filter((flag) => !HELP.includes(flag))];
}

const context = { operation: 'GetRoutine', routine: 'hello', env: 'staging', region: 'cn-hangzhou' } as const;
const role = {
  roleArn: 'acs:ram::1:role/x',
  providerArn: 'acs:ram::1:oidc-provider/y',
  audience: 'a',
  sessionName: 's',
  duration: 1_000,
};
const claims = { issuer: 'i', subject: 's', audience: 'a' };

test('there are inputs and codes to go through', () => {
  expect(inputs).toEqual(expect.arrayContaining(['routine', 'access-key-secret', 'api-timeout']));
  expect(codesIn('src/esa/advice.ts')).toEqual(expect.arrayContaining(['RoutineNotExist', 'SignatureDoesNotMatch']));
  expect(codesIn('src/alibaba/network-advice.ts')).toContain('ReadTimeout');
  expect(strangeIn('Check `region` and `--nowhere`.')).toEqual(['region', '--nowhere']);
});

describe('no advice names an input of the action', () => {
  const more = ['InvalidSecurityToken.Other', 'Forbidden.Other', 'Throttling.User', 'MissingName', 'Whatever'];
  test.each([...codesIn('src/esa/advice.ts'), ...more])('%s', (code) => {
    const advice = adviceOnCode(code, 400, context);
    expect([strangeIn(advice), advice]).toEqual([[], expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(advice).not.toMatch(/this action|\binputs?\b/i);
  });
  test.each([...codesIn('src/alibaba/network-advice.ts'), 'EWHATEVER'])('%s', (code) => {
    expect(strangeIn(adviceOnNetwork(code))).toEqual([]);
  });
  test.each([...codesIn('src/credentials/sts-advice.ts'), 'Whatever'])('%s', (code) => {
    expect(strangeIn(inOptions(adviseOnSts(code, 400, role, claims).advice))).toEqual([]);
  });
});

test('a wrong secret: where keys come from, and nothing of a workflow', () => {
  expect(adviceOnCode('SignatureDoesNotMatch', 400, context)).toBe(
    'The secret is not of this key. Set it again, without spaces or line breaks around it. Keys come from the environment, such as ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or from a profile of the Alibaba Cloud CLI.',
  );
});

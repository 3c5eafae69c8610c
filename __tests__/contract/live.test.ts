import { describe, expect, test } from '@jest/globals';
import { keyOf, parseAnswer, shownIn } from '../../contract/answers.js';
import { isForeign } from '../../contract/live.js';
import type { Saved } from '../../contract/saved.js';

const one = [{ version: '17', weight: 100 }];
const two = [
  { version: '17', weight: 90 },
  { version: '18', weight: 10 },
];
const three = [
  { version: '17', weight: 50 },
  { version: '18', weight: 50 },
];
const saved: Saved = {
  routine: 'hello',
  env: 'staging',
  endpoint: 'esa.example',
  original: one,
  originalId: '1',
  own: ['2'],
  tried: [keyOf(two), keyOf(three)],
  open: [{ key: keyOf(two), id: '' }],
  sameIds: false,
  foreign: '',
  marker: '',
  uploads: false,
};
const shown = (deployId: string, split: readonly { version: string; weight: number }[]) => ({
  entry: undefined,
  routine: undefined,
  deployId,
  split,
});

describe('somebody else has deployed', () => {
  test.each([
    ['what was live before', '1', one, false],
    ['a split of the run that nobody has seen yet, whatever its id', '9', two.toReversed(), false],
    ['a split of the run that was seen, by another id', '9', three, true],
    ['a split of the run, without an id', '', three, false],
    ['a split of nobody, without an id', '', [{ version: '19', weight: 100 }], true],
    ['an id of the run, whatever became of its split', '2', [{ version: '18', weight: 100 }], false],
    ['nothing, which nobody can deploy', '', [], false],
    ['the old split again, by another id', '9', one, true],
    ['another split', '9', [{ version: '19', weight: 100 }], true],
  ] as const)('%s', (_, deployId, split, foreign) => {
    expect(isForeign(shown(deployId, split), saved)).toBe(foreign);
  });
});

describe('what is live is read whatever form it has, and not at all where it cannot be told', () => {
  const read = (envs: string) => shownIn(parseAnswer(`{"RequestId":"A","Envs":${envs}}`), 'staging');
  const deployed = (share: string) => `[{"Env":"staging","CodeDeploy":{"DeployId":2,"CodeVersions":[${share}]}}]`;

  test.each([
    [
      deployed('{"CodeVersion":1766590022381161014,"Percentage":"100"}'),
      [{ version: '1766590022381161014', weight: 100 }],
    ],
    ['[{"Env":"staging","CodeVersion":"17"}]', [{ version: '17', weight: 100 }]],
    ['[{"Env":"staging"}]', []],
    ['[]', []],
  ])('%s', (envs, split) => expect(read(envs)?.split).toEqual(split));

  test.each([
    '{}',
    '"staging"',
    deployed(''),
    deployed('{"CodeVersion":"17","Percentage":33.5}'),
    deployed('{"CodeVersion":"hello","Percentage":100}'),
    deployed('{"CodeVersion":"17"}'),
    deployed('null'),
  ])('%s', (envs) => expect(read(envs)).toBeUndefined());
});

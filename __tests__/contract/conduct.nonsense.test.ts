import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { conduct } from '../../contract/conduct.js';
import { readOptions } from '../../contract/options.js';
import { Stopped } from '../../contract/stopped.js';
import { contractWorld, onScene, surroundingsOf } from '../support/contract/virtual-run.js';
import { answering } from '../support/network/listening.js';

describe('a stand-in that answers nonsense', () => {
  const routine = (envs: unknown) => JSON.stringify({ RequestId: 'A-1', Envs: envs });
  const odd = {
    RequestId: 'A-1',
    Envs: [{ Env: 'staging', CodeDeploy: { DeployId: 'x', CodeVersions: [{ CodeVersion: '17', Percentage: 100 }] } }],
  };
  test.each([
    ['nothing', ''],
    ['a page', '<html>hello</html>'],
    ['half of an object', '{"RequestId":"A-1","Envs":['],
    ['a list', '[]'],
    ['a number', '17'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['environments that are none', routine('staging')],
    ['environments of numbers', routine([1, null, {}])],
    ['a deployment of text', routine([{ Env: 'staging', CodeDeploy: 'yes' }])],
    ['a split of nobody', routine([{ Env: 'staging', CodeDeploy: { CodeVersions: [null, 3] } }])],
    ['the same to everything', JSON.stringify(odd)],
    ['an error without a code', '{"Message":"no"}'],
    ['an error of its own', '{"Code":"Nope","Message":"\\n::error::no","RequestId":"A-1"}'],
    ['depth', '['.repeat(20_000)],
  ])('%s: it ends with advice', async (_, body) => {
    await using server = await answering((_request, response) => response.end(body));
    await onScene(contractWorld(), async (scene) => {
      const args = [
        '--routine',
        'hello',
        '--endpoint',
        `http://127.0.0.1:${server.port}`,
        '--url',
        'http://127.0.0.1:9/',
        '--versions',
        '17,18',
      ];
      const read = readOptions([...args, '--state', join(scene.folder, 'state.json')]);
      if (!read.ok || read.value === 'help') throw new Error('no options');
      const said: string[] = [];
      const ended = await conduct(read.value, {
        ...surroundingsOf(read.value, { ...scene, said }),
        clock: scene.clock,
      }).catch((error: unknown) => error);
      if (ended instanceof Error) {
        expect(ended).toBeInstanceOf(Stopped);
        expect((ended as Stopped).advice).toMatch(/^[A-Z].*\.$/);
      }
      expect(said.join('\n')).not.toMatch(/\n\s+at |TypeError|undefined/);
    });
  });
});

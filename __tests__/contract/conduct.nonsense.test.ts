import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { conduct } from '../../contract/conduct.js';
import { readOptions } from '../../contract/options.js';
import { Stopped } from '../../contract/stopped.js';
import { randomFrom } from '../../emulator/chance.js';
import type { FaultEffect } from '../../emulator/emulator.js';
import { succeeded } from '../../src/rollout/result.js';
import { contractWorld, onScene, SECRET, surroundingsOf } from '../support/contract/virtual-run.js';
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

const EFFECTS: readonly FaultEffect[] = [false, true].flatMap((acts) => [
  { kind: 'html', status: 200, acts },
  { kind: 'html', status: 403, acts },
  { kind: 'body', status: 200, body: '', acts },
  { kind: 'body', status: 200, body: '{"Code":"Nope","Message":"no","RequestId":"A-1"}', acts },
  { kind: 'body', status: 200, body: '{"Code":17,"Message":{"a":1},"RequestId":null}', acts },
  { kind: 'body', status: 200, body: `{"RequestId":"A-1","Envs":"${'x'.repeat(9 * 2 ** 20)}"}`, acts },
  { kind: 'body', status: 302, body: '{"RequestId":"A-1"}', headers: { location: '/' }, acts },
  {
    kind: 'body',
    status: 200,
    body: '{"RequestId":"A-1","CodeVersions":[null,{}],"Envs":[7],"IPV4":{},"Token":[]}',
    acts,
  },
  { kind: 'body', status: 400, body: '{"Message":"no code"}', acts },
]);

test.each(Array.from({ length: 24 }, (_, seed) => seed))(
  'nonsense in the middle (%i): no stack, and what was live is put back or told to be not',
  async (seed) => {
    await onScene(contractWorld(seed % 2 === 0 ? {} : { deploymentIdDiffers: true, lagReads: 1 }), async (scene) => {
      const random = randomFrom(seed + 1);
      const staging = () => JSON.stringify(scene.world.routines['hello']?.environments.staging.current?.codeVersions);
      const before = staging();
      const keys = async () => {
        const effect = EFFECTS[Math.floor(random() * EFFECTS.length)];
        if (effect !== undefined && random() < 0.1) scene.emulator.script({ effect });
        return succeeded({ accessKeyId: 'emulator-key-id', accessKeySecret: SECRET, securityToken: undefined });
      };
      const args = [
        '--only',
        'version-order,read-after-write,redeploy,percent-zero,version-header,publish',
        '--publish',
      ];
      const uploads = seed % 3 === 0 ? ['--upload'] : [];
      await scene
        .check([...args, ...uploads], { keys })
        .catch((error: unknown) => expect(error).toBeInstanceOf(Stopped));
      const state = join(scene.folder, 'state.json');
      if (staging() !== before)
        expect([existsSync(state), scene.said.join()]).toEqual([true, expect.stringMatching(/NOT restored: /)]);
      // What is left the next run puts back, once the service is itself again.
      await scene.check(['--restore']);
      expect([staging(), existsSync(state)]).toEqual([before, false]);
      expect(scene.said.join('\n')).not.toMatch(/\n\s+at |TypeError|undefined|itself failed|\[object/);
    });
  },
);

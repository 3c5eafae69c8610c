import { describe, expect, test } from '@jest/globals';
import { addVersion } from '../../emulator/emulator.js';
import { onStage } from '../support/action/stage.js';

describe('hostile text', () => {
  test('a description cannot forge a command, a table, HTML or a link', async () => {
    await onStage(async ({ emulator, run }) => {
      const evil =
        'x|y\n::error::pwned\r\n##[error]z <img src=x onerror=1> [a](http://evil.example) `c` @octocat www.evil.example ```';
      const version = addVersion(emulator.world, 'hello', { description: evil });
      const result = await run({ versions: version });
      expect(result.outputs['outcome']).toBe('deployed');
      expect(result.log).not.toMatch(/^::error|##\[/m);
      expect(result.summary).not.toMatch(/<img|http:\/\/evil|\[a\]\(/);
      expect(result.summary.split('\n').filter((line) => line.startsWith('|') && line.includes(version))).toHaveLength(
        1,
      );
    });
  });

  test('an error message of the service cannot either', async () => {
    await onStage(async ({ emulator, versions, run }) => {
      emulator.script({
        operation: 'CreateRoutineCodeDeployment',
        effect: {
          kind: 'error',
          code: 'Evil\n::set-output name=outcome::deployed',
          message: '\n::stop-commands::x\n<script>1</script>|',
        },
      });
      const result = await run({ versions: `${versions[1]}` });
      expect(result.log).not.toMatch(/^::(?:set-output|stop-commands)/m);
      expect(result.outputs['outcome']).toBe('failed');
      expect(result.summary).not.toContain('<script');
    });
  });
});

describe('secrets', () => {
  test('are masked before any other line, also when the inputs are wrong', async () => {
    await onStage(async ({ emulator, run }) => {
      const key = emulator.world.credentials[0];
      const secret = 'a/secret+with=signs';
      if (key !== undefined) {
        key.accessKeySecret = secret;
        key.securityToken = 'a+session/token==';
      }
      for (const inputs of [{ 'dry-run': 'true' }, { env: 'wrong' }]) {
        const { log } = await run({ 'security-token': 'a+session/token==', 'access-key-secret': secret, ...inputs });
        const lines = log.split('\n').filter((line) => line !== '');
        const masks = lines.filter((line) => line.startsWith('::add-mask::'));
        expect(lines.slice(0, masks.length)).toEqual(masks);
        for (const one of [secret, 'a+session/token==']) expect(masks).toContain(`::add-mask::${one}`);
      }
    });
  });
});

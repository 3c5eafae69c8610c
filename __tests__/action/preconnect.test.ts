import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { assumed, onOidcStage } from '../support/action/oidc-stage.js';
import { actions, onStage } from '../support/action/stage.js';
import { badWay } from '../support/network/bad-way.js';
import { gateway } from '../support/network/gateway.js';
import { privateCa } from '../support/network/private-ca.js';

/** Connections that a run opens ahead by itself: a fixed split begins with two reads at once. */
const AHEAD = 2;

test('with OIDC the way to ESA is open before the session is there, and both first reads take it', async () => {
  await onOidcStage(async ({ emulator, versions, run }) => {
    await using esa = await gateway(emulator.api);
    let sentBefore = Number.NaN;
    // STS does not answer until both connections have come: a run that opened none would wait in vain.
    await using sts = await badWay(emulator.api, 'AssumeRoleWithOIDC', async (response, pass) => {
      await esa.arrived(AHEAD);
      sentBefore = emulator.requests.length;
      const { status, body } = await pass();
      response.writeHead(status).end(body);
    });
    const endpoints = { endpoint: `http://127.0.0.1:${esa.port}`, 'sts-endpoint': sts.url };
    const result = await run({ versions: versions[1] ?? '', ...endpoints });
    expect(result.outputs['outcome']).toBe('deployed');
    expect(sentBefore).toBe(0);
    expect(esa.connections()).toBe(AHEAD);
    expect(actions(emulator)[0]).toBe('AssumeRoleWithOIDC');
  });
});

test('with keys nothing is opened ahead: a rollout reads over the one connection that it needs', async () => {
  await onStage(async ({ emulator, versions, run }) => {
    await using esa = await gateway(emulator.api);
    const endpoint = `http://127.0.0.1:${esa.port}`;
    await run({ canary: versions[1] ?? '', steps: '100%', 'dry-run': 'true', endpoint });
    expect(esa.connections()).toBe(1);
  });
});

describe('a connection opened ahead that is no good changes nothing', () => {
  const WAYS: readonly [string, (socket: Socket) => void][] = [
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['is closed', (socket) => socket.end()],
    ['hangs', () => {}],
    ['speaks another protocol', (socket) => socket.write('220 ready\r\n')],
  ];

  test.each(WAYS)('it %s', async (_, behave) => {
    using ca = privateCa('localhost');
    await onOidcStage(
      async ({ emulator, versions, run }) => {
        await using esa = await gateway(emulator.api, (socket, number) => {
          if (number <= AHEAD) behave(socket);
          return number > AHEAD;
        });
        await using sts = await gateway(emulator.api);
        const started = Date.now();
        const result = await run(
          {
            versions: versions[1] ?? '',
            endpoint: `https://localhost:${esa.port}`,
            'sts-endpoint': `https://localhost:${sts.port}`,
            'api-timeout': '20s',
          },
          { NODE_EXTRA_CA_CERTS: ca.file },
        );
        expect(result.outputs['outcome']).toBe('deployed');
        expect(result.log).not.toMatch(/requests failed|attempt 2|Warning/);
        expect(esa.connections()).toBe(2 * AHEAD);
        expect(assumed(emulator)).toHaveLength(1);
        // Nobody waits for what hangs, at the end either.
        expect(Date.now() - started).toBeLessThan(9_000);
      },
      { tls: ca.tls },
    );
  });
});

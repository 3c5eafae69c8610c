import { expect, test } from '@jest/globals';
import { transport } from '../../src/esa/transport.js';

test('without keys nothing is sent, and the reply says what came of asking for them', async () => {
  const fault = {
    operation: 'Credentials',
    code: 'NoCredentials',
    message: '',
    requestId: '',
    advice: '',
    transient: false,
    throttled: false,
    mayHaveActed: false,
    retryAfter: undefined,
  };
  const nowhere = { protocol: 'https', host: 'nowhere.invalid' } as const;
  const esa = { endpoint: nowhere, timeout: 1_000, hurry: new AbortController().signal };
  const send = transport(esa, async () => ({ ok: false, error: fault }));
  expect(await send('GetRoutine', { Name: 'r' })).toEqual({ kind: 'unsigned', fault });
});

import { expect, test } from '@jest/globals';
import { STALE } from '../../../src/rollout/decide/stale-reads.js';

test.each([
  ['replaced', STALE.replaced, 'the service shows a deployment that has been replaced already'],
  ['vanished', STALE.vanished, 'the service shows nothing, though something was live and ESA withdraws nothing'],
  ['altered', STALE.altered, 'the service shows a known deployment with another split'],
])(
  'an answer that cannot be so, since what it shows is %s, is a transient fault of the read',
  (_name, fault, message) => {
    expect(fault).toEqual({
      operation: 'GetRoutine',
      code: 'AnswerNotBelieved',
      message,
      requestId: '',
      advice: expect.stringMatching(/`dry-run: true` in a minute.*RequestIds/),
      transient: true,
      throttled: false,
      mayHaveActed: false,
      retryAfter: undefined,
    });
  },
);

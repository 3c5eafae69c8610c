import type { Fault } from '../model.js';

const lagging = (message: string): Fault => ({
  operation: 'GetRoutine',
  code: 'AnswerNotBelieved',
  message,
  requestId: '',
  advice:
    'Read what is live with `dry-run: true` in a minute; if it goes on, open a ticket with the RequestIds of these reads.',
  transient: true,
  throttled: false,
  mayHaveActed: false,
  retryAfter: undefined,
});

/** Answers that cannot be so, as transient faults. */
export const STALE = {
  replaced: lagging('the service shows a deployment that has been replaced already'),
  vanished: lagging('the service shows nothing, though something was live and ESA withdraws nothing'),
  altered: lagging('the service shows a known deployment with another split'),
};

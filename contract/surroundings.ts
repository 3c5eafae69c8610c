import type { Destination, Keys } from '../src/alibaba/call.js';
import type { Answer } from '../src/rollout/model.js';
import type { Secrets } from '../src/secrets/secrets.js';
import type { ReadLogs } from './bench.js';
import type { Clock } from './pace.js';

/** Everything around a run that is not the service. */
export interface Surroundings {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Whether what was said may be done. */
  readonly consent: () => Promise<boolean>;
  /** Ctrl-C, or a cancelled workflow. */
  readonly interrupted: AbortSignal;
  readonly secrets: Secrets;
  readonly keys: () => Promise<Answer<Keys>>;
  readonly destination: Destination;
  readonly readLogs: ReadLogs;
}

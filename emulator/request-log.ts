import type { EnvironmentName } from './world.js';

/** DeployIds; an environment without one serves nothing. */
export type Shown = Partial<Record<EnvironmentName, string>>;

/** One request to the API as it was received, and what became of it. */
export interface LoggedRequest {
  /** Arrival, in ms since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Empty when the request names none; so are version, nonce and accessKeyId. */
  readonly action: string;
  /** Query and body merged. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly version: string;
  readonly nonce: string;
  readonly accessKeyId: string;
  /** Lower-case names; values sent twice are joined by a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** 1-based number of the TCP connection. */
  readonly connection: number;
  /** HTTP status of the answer; 0 while there is none, and for ever when a fault keeps it back. */
  status: number;
  /** Code of an error answer. */
  code?: string;
  /** Kind of the fault that hit the request; `odd` is followed by how. */
  fault?: string;
  /**
   * Which deployment an answer to GetRoutine shows, as DeployId by environment; absent where no such answer was sent.
   */
  showed?: Shown;
  /** What was live at that moment, which may have been another. */
  live?: Shown;
  readonly requestId: string;
}

/** An answer to a write of which no document says what it is. `refused` is the emulator's own refusal. */
export type Reaction =
  | 'accepted'
  | 'refused'
  | { readonly code: string; readonly status: number; readonly message: string };

/** What only the service itself can tell; `npm run contract` asks it. */
export interface OpenQuirks {
  /** CreateRoutineCodeDeployment answers another id than the DeployId that GetRoutine shows. */
  deploymentIdDiffers: boolean;
  /** GetRoutine answers DeployId as a bare JSON number. */
  numericDeployId: boolean;
  /** What a DeployId is: the nanoseconds of its CreationTime, or a count. */
  deployIds: 'nanoseconds' | 'counted';
  /** How CreationTime of a deployment is written. */
  creationTime: 'seconds' | 'milliseconds' | 'offset' | 'zoneless' | 'none';
  /** What CodeVersion and CanaryCodeVersion of an environment hold during a split, in this order. */
  splitMembers: 'heavier-lighter' | 'lighter-heavier' | 'heavier-heavier' | 'first-last' | 'last-first' | 'none';
  /** A version at 0 % beside one at 100 %. */
  percentZero: Reaction;
  /** Once accepted, the one at 0 % is shown. */
  zeroShown: boolean;
  /** One version named twice. */
  versionTwice: Reaction;
  unknownVersion: Reaction;
  /** A version whose Status is not Available. */
  notAvailable: Reaction;
  /** A version that is bound to the other environment. */
  boundElsewhere: Reaction;
  /** What is live is deployed again: `accepted` makes a new deployment, `same-deployment` answers the old id. */
  redeploy: Reaction | 'same-deployment';
  /** Where parameters are read from. */
  parameterPlaces: 'query-and-body' | 'body';
  /** So long the edge goes on serving what was live before, in ms. */
  edgeDelay: number;
  /** How the edge chooses: by chance for each request, once for a connection or a client, or in turn. */
  routing: 'chance' | 'per-connection' | 'per-client' | 'in-turn';
  /**
   * The edge names the code version in `x-code-version`. Not what is assumed of the service, but the tests go by it: there
   * it is what a routine says of itself.
   */
  versionHeader: boolean;
  /** ListRoutineCodeVersions begins with the oldest. */
  oldestFirst: boolean;
  /** The code of what is refused beyond `requestsPerSecond`. */
  throttlingCode: string;
  /** Logs of the edge lack CodeVersion. */
  logsWithoutVersion: boolean;
}

export const defaultOpenQuirks: Readonly<OpenQuirks> = {
  deploymentIdDiffers: false,
  numericDeployId: false,
  deployIds: 'nanoseconds',
  creationTime: 'seconds',
  splitMembers: 'heavier-lighter',
  percentZero: 'refused',
  zeroShown: true,
  versionTwice: 'refused',
  unknownVersion: 'refused',
  notAvailable: 'refused',
  boundElsewhere: 'accepted',
  redeploy: 'accepted',
  parameterPlaces: 'query-and-body',
  edgeDelay: 0,
  routing: 'chance',
  versionHeader: true,
  oldestFirst: false,
  throttlingCode: 'Throttling.User',
  logsWithoutVersion: false,
};

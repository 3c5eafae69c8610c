import { defaultOpenQuirks, type OpenQuirks } from './open-quirks.js';

/** Where the real answer is unverified or varies. The defaults are the likeliest behaviour. */
export interface Quirks extends OpenQuirks {
  /** After an accepted deployment, this many GetRoutine answers still show the old state of that environment. */
  lagReads: number;
  /** CreateRoutineCodeDeployment answers DeploymentId as a bare JSON number of 19 digits. */
  numericDeploymentId: boolean;
  /** GetRoutine and ListRoutineCodeVersions answer CodeVersion as bare JSON numbers. */
  numericCodeVersion: boolean;
  omitDeploymentId: boolean;
  percentageAsString: boolean;
  /** Order of CodeVersions in GetRoutine, against the order they were deployed in. */
  versionOrder: 'asked' | 'reversed' | 'heavier-first' | 'lighter-first' | 'older-first' | 'newer-first';
  /** The four shapes of a never deployed environment that the Terraform provider guards against. */
  neverDeployed: 'no-envs' | 'no-env' | 'no-code-deploy' | 'no-code-versions';
  /** Leaves out every `CreateTime`; a deployment's CreationTime stays. */
  omitCreateTimes: boolean;
  omitStatus: boolean;
  omitTotalCount: boolean;
  /** False: after PublishRoutineCodeVersion GetRoutine shows Envs[].CodeVersion and no CodeDeploy. */
  publishFillsCodeDeploy: boolean;
  /** The header Date: the emulator's own clock, no header at all, or this very text. */
  dateHeader: 'clock' | 'none' | { text: string };
  /**
   * The account's limit for all operations but those of STS; 0: none. Beyond it `Throttling.User`, and nothing is done.
   */
  requestsPerSecond: number;
  /** So many code versions a routine may have, those never finished included. */
  codeVersionQuota: number;
  /** CommitRoutineStagingCode keeps `ExtraInfo` and `ConfOptions`, which no document has for it. */
  commitTakesExtraInfo: boolean;
  /** From the upload to the end of the build of a version with assets, in ms by the world's clock. */
  buildTime: number;
  /** Every build fails. */
  failBuilds: boolean;
}

export const defaultQuirks: Readonly<Quirks> = {
  ...defaultOpenQuirks,
  lagReads: 0,
  numericDeploymentId: false,
  numericCodeVersion: false,
  omitDeploymentId: false,
  percentageAsString: false,
  versionOrder: 'asked',
  neverDeployed: 'no-code-deploy',
  omitCreateTimes: false,
  omitStatus: false,
  omitTotalCount: false,
  publishFillsCodeDeploy: true,
  dateHeader: 'clock',
  requestsPerSecond: 0,
  codeVersionQuota: 20,
  commitTakesExtraInfo: false,
  buildTime: 0,
  failBuilds: false,
};

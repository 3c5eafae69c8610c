import { deploy, type EnvironmentName, findRoutine, type Maker, type Share, type World } from './world.js';

/** A deployment that the service shows late. */
export interface Unseen {
  readonly routine: string;
  readonly environment: EnvironmentName;
  readonly codeVersions: readonly Share[];
  /** In ms since the epoch. */
  readonly at: number;
  readonly by: Maker;
  /** So many GetRoutine answers still show what was shown before; 0 shows it at once. */
  readonly reads: number;
}

/** Makes a split live, and gives back its DeployId. Throws when the routine is unknown. */
export function deployUnseen(world: World, { routine, environment, codeVersions, at, by, reads }: Unseen): string {
  const target = findRoutine(world, routine)?.environments[environment];
  const shown = target?.lag === undefined ? (target?.current ?? null) : target.lag.shown;
  const deployId = deploy(world, routine, environment, codeVersions, at, by);
  if (target !== undefined && reads > 0) target.lag = { shown, reads };
  return deployId;
}

import type { Quirks } from '../../../emulator/quirks.js';
import { startWorld } from '../../../emulator/start-world.js';
import type { World } from '../../../emulator/world.js';
import { askJson } from './signed-request.js';

/** The instant at which these worlds start. */
export const at = Date.UTC(2026, 10, 22, 21, 0, 0);
/** The world an emulator starts with, and its versions, oldest first. */
export function hello(quirks: Partial<Quirks> = {}): { world: World; v1: string; v2: string; v3: string } {
  const world = startWorld(at);
  Object.assign(world.quirks, quirks);
  const [v1 = '', v2 = '', v3 = ''] = world.routines['hello']?.versions.map(({ codeVersion }) => codeVersion) ?? [];
  return { world, v1, v2, v3 };
}

/** A deployment of the routine, as `codeVersions` writes it. */
export function deployment(CodeVersions: string, Env = 'production') {
  const parameters = { Name: 'hello', Env, Strategy: 'percentage', CodeVersions };
  return { action: 'CreateRoutineCodeDeployment', parameters };
}

export const getRoutine = { action: 'GetRoutine', parameters: { Name: 'hello' } };

/** An entry of Envs, as far as the tests look at it. */
export interface Env {
  Env: string;
  CodeVersion?: string;
  CanaryCodeVersion?: string;
  CodeDeploy?: { DeployId: string; CreationTime: string; CodeVersions?: Record<string, unknown>[] };
}

/** What GetRoutine shows of production. */
export async function production(api: string): Promise<Env | undefined> {
  const { Envs } = (await askJson(api, getRoutine)) as { Envs?: Env[] };
  return Envs?.find(({ Env }) => Env === 'production');
}

import { call, type Destination, type Keys, type Reply } from '../alibaba/call.js';
import type { Answer } from '../rollout/model.js';

/** The operations of ESA that this action uses; each needs the RAM action of the same name. */
export type Operation = 'GetRoutine' | 'ListRoutineCodeVersions' | 'CreateRoutineCodeDeployment';

/** Those that a new code version needs; likewise. */
export const UPLOAD_OPERATIONS = [
  'CommitRoutineStagingCode',
  'CreateRoutine',
  'CreateRoutineWithAssetsCodeVersion',
  'DeleteRoutineCodeVersion',
  'GetRoutineCodeVersionInfo',
  'GetRoutineStagingCodeUploadInfo',
  'ListEdgeRoutinePlans',
] as const;

export type UploadOperation = (typeof UPLOAD_OPERATIONS)[number];

/** Those that change something. */
export const WRITES: ReadonlySet<string> = new Set<Operation | UploadOperation>([
  'CommitRoutineStagingCode',
  'CreateRoutine',
  'CreateRoutineCodeDeployment',
  'CreateRoutineWithAssetsCodeVersion',
  'DeleteRoutineCodeVersion',
]);

/** https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-overview */
const VERSION = '2024-09-10';

export type Send = (
  operation: Operation | UploadOperation,
  parameters: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** Signed calls of ESA. The keys are asked for before each, since they may have been renewed meanwhile. */
export function transport(esa: Destination, keysNow: () => Promise<Answer<Keys>>): Send {
  return async (action, body) => {
    const keys = await keysNow();
    if (!keys.ok) return { kind: 'unsigned', fault: keys.error };
    return call(esa, { action, version: VERSION, body, keys: keys.value });
  };
}

import * as z from 'zod/mini';
import { optionalText, requestId } from '../alibaba/answer.js';
import { readExtraInfo } from '../rollout/upload/extra-info.js';
import type { StoredVersion } from '../rollout/upload/reuse.js';
import { codeVersion, detailsOf, listedVersion } from './answers.js';

/**
 * ESA's answers to the operations of an upload, as much of them as is used; numbers are the digits they were written with.
 * Each is made when it is needed: most runs upload nothing.
 * Source: https://www.alibabacloud.com/help/en/edge-security-acceleration/esa/api-esa-2024-09-10-overview
 */

/** A form for object storage: its fields as they are, those of the two operations spelt as each spells them. */
const ossPostConfig = () => z.record(z.string(), optionalText);

export const stagingUploadInfo = () => z.object({ RequestId: requestId, OssPostConfig: ossPostConfig() });

export const createdVersion = () =>
  z.object({
    RequestId: requestId,
    CodeVersion: codeVersion,
    OssPostConfig: ossPostConfig(),
  });

export const committedVersion = () => z.object({ RequestId: requestId, CodeVersion: codeVersion });

export const versionInfo = () => z.object({ RequestId: requestId, Status: z.string() });

/** Of operations that only say whether they worked: `OK`, or `Fail`. */
export const done = () =>
  z
    .object({ RequestId: requestId, Status: optionalText })
    .check(z.refine((told) => told.RequestId !== '' || !!told.Status, 'neither RequestId nor Status'))
    .check(z.refine(({ Status }) => !Status || Status.toLowerCase() === 'ok', 'Status is not OK'));

/** The plan is one of them; which one, no member says, so they are believed where all say the same. */
export const plans = () =>
  z.object({
    RequestId: requestId,
    PlanInfo: z.optional(
      z.array(z.object({ ErRoutineCodeVersionQuota: z.nullish(z.string().check(z.regex(/^[0-9]{1,6}$/))) })),
    ),
  });

export const storedVersions = () =>
  z
    .object({
      RequestId: requestId,
      TotalCount: z.nullish(z.string().check(z.regex(/^[0-9]{1,9}$/))),
      CodeVersions: z.optional(
        z.array(
          // Whoever made the version wrote these: what is strange about one must not hide the others.
          z.extend(listedVersion, { ExtraInfo: z.optional(z.unknown()), ConfOptions: z.optional(z.unknown()) }),
        ),
      ),
    })
    .check(z.refine((listed) => listed.CodeVersions !== undefined || listed.TotalCount === '0', 'no CodeVersions'));

/** What each environment names, of which there may be none. */
const named = () =>
  z.object({
    CodeVersion: optionalText,
    CanaryCodeVersion: optionalText,
    CodeDeploy: z.nullish(z.object({ CodeVersions: z.nullish(z.array(z.object({ CodeVersion: codeVersion }))) })),
  });

/** GetRoutine's answer, reduced to the versions that any environment names in any way. */
export const liveVersions = () =>
  z.pipe(
    z.object({ RequestId: requestId, Envs: z.nullish(z.array(named())) }),
    z.transform(({ RequestId, Envs }) => {
      const byEnvironment = (Envs ?? []).map(({ CodeVersion, CanaryCodeVersion, CodeDeploy }) => [
        ...[CodeVersion, CanaryCodeVersion].flatMap((id) => id || []),
        ...(CodeDeploy?.CodeVersions ?? []).map((one) => one.CodeVersion),
      ]);
      return {
        RequestId,
        live: new Set(byEnvironment.flat()),
        /** How many environments name one. */
        serving: byEnvironment.filter(({ length }) => length > 0).length,
      };
    }),
  );

const confOptions = () => z.object({ NotFoundStrategy: optionalText });

type Stored = NonNullable<z.infer<ReturnType<typeof storedVersions>>['CodeVersions']>[number];

export function storedOf(listed: Stored): StoredVersion {
  return {
    ...detailsOf(listed),
    extraInfo: readExtraInfo(typeof listed.ExtraInfo === 'string' ? listed.ExtraInfo : undefined),
    notFound: confOptions().safeParse(listed.ConfOptions).data?.NotFoundStrategy ?? '',
  };
}

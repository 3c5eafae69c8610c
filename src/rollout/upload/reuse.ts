import type { Environment, VersionDetails } from '../model.js';
import { isTagged } from './description.js';
import type { ExtraInfo } from './extra-info.js';

/** What a routine with assets answers where it has no file; as the service writes it. */
export type NotFoundStrategy = 'SinglePageApplication' | '404Page';

/** A version that is there, with what it tells of its making. */
export interface StoredVersion extends VersionDetails {
  readonly extraInfo: ExtraInfo;
  /** As the service wrote it; empty where it has none. */
  readonly notFound: string;
}

/** What a version must be made of, and how it must be meant, to do in place of a new one. */
export interface Wanted {
  readonly kind: 'file' | 'directory';
  readonly digest: string;
  readonly env: Environment;
  readonly notFound: NotFoundStrategy | undefined;
}

/** The newest version of the same bytes that can be deployed in that environment; `versions` newest first. */
export function reusable(versions: readonly StoredVersion[], wanted: Wanted): StoredVersion | undefined {
  return versions.find(
    (version) =>
      isSameCode(version, wanted) &&
      version.status?.toLowerCase() === 'available' &&
      (version.boundTo === undefined || version.boundTo === wanted.env) &&
      version.notFound === (wanted.notFound ?? ''),
  );
}

/** By its digest; by its description where it has none. */
export function isSameCode({ extraInfo, description }: StoredVersion, { kind, digest }: Wanted): boolean {
  if (extraInfo.digest !== undefined) return extraInfo.digest === digest;
  return kind === 'file' && isTagged(description, digest);
}

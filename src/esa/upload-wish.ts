import type { CodeVersion, Environment } from '../rollout/model.js';
import type { Commit } from '../rollout/upload/extra-info.js';
import type { NotFoundStrategy } from '../rollout/upload/reuse.js';
import type { StoreOptions } from './object-store.js';
import type { StockMeans } from './stored-versions.js';

/** What a new version is to be, and of whom. */
export interface UploadWish {
  readonly routine: string;
  /** Whose variables the version gets: left out, it would have none at all. */
  readonly env: Environment;
  /** What was asked for; empty: by the commit. */
  readonly description: string;
  readonly commit: Commit;
  readonly notFound: NotFoundStrategy | undefined;
  /** So many versions stay, the new one included; undefined: none is ever deleted. */
  readonly keepVersions: number | undefined;
  /** What a rollback or a `previous` would need; undefined where nobody can tell. Asked for where a version may go. */
  readonly spared: () => Promise<ReadonlySet<CodeVersion> | undefined>;
  /** Makes the routine where there is none. */
  readonly createRoutine: boolean;
}

export interface UploadMeans extends StockMeans, StoreOptions {
  /** Masks what is secret from here on. */
  readonly keepSecret: (...secrets: readonly string[]) => void;
  /** Keeps what the post step needs to delete what a killed upload leaves; empty: nothing. */
  readonly remember: (unfinished: string) => boolean;
  /** Whether the service is on loopback, as in a test. */
  readonly isLoopback: boolean;
}

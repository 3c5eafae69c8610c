import { succeeded } from '../rollout/result.js';
import { assumeRole, type StsOptions } from './assume-role.js';
import { libraryCredentials } from './chain.js';
import { type Credentials, renewing } from './renewal.js';
import type { CredentialSource } from './source.js';

interface CredentialOptions extends StsOptions {
  readonly say: (line: string) => void;
}

/** The keys of a source, whenever they are asked for. What only one source needs is loaded by that source. */
export function openCredentials(source: CredentialSource, options: CredentialOptions): Credentials {
  options.say(`Credentials: ${source.from}`);
  const { now, sts } = options;
  switch (source.kind) {
    case 'keys':
      return {
        from: source.from,
        renewable: false,
        keys: async () => succeeded(source.keys),
        invalidate: () => false,
        close: () => {},
      };
    case 'oidc':
      return renewing(source.from, () => assumeRole(source.role, options), { now, hurry: sts.hurry });
    case 'oidc-file':
    case 'chain':
      return libraryCredentials(source, options);
  }
}

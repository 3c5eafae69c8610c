import library from '@alicloud/credentials';
import { installAgent } from './httpx-agent.js';

/** One place where Alibaba Cloud's credential library looks for keys; it renews what it finds. */
export interface CredentialProvider {
  /** Rejects where there is nothing. Nothing is promised about what is found. */
  readonly getCredentials: () => Promise<object>;
}

/** A role, and the file in which somebody keeps a token for it. */
export interface TokenFile {
  readonly roleArn: string;
  readonly providerArn: string;
  readonly path: string;
  readonly sessionName: string;
}

/** `stsHost` with its port where it is not 443. */
export function tokenFileProvider(
  { roleArn, providerArn, path, sessionName }: TokenFile,
  stsHost: string,
): CredentialProvider {
  installAgent();
  const builder = library.OIDCRoleArnCredentialsProvider.builder().withRoleArn(roleArn);
  builder.withOIDCProviderArn(providerArn).withOIDCTokenFilePath(path);
  return builder.withRoleSessionName(sessionName).withStsEndpoint(stsHost).build();
}

/** `~/.aliyun/config.json`; undefined where one of the library's own variables switches it off, as with the others. */
export const cliProfileProvider = () => built(() => library.CLIProfileCredentialsProvider.builder().build());

/** `~/.alibabacloud/credentials`. */
export const credentialsFileProvider = () => built(() => library.ProfileCredentialsProvider.builder().build());

/** The metadata of an ECS instance; without a role's name the instance is asked for it. */
export const ecsRoleProvider = (role: string) =>
  built(() => library.ECSRAMRoleCredentialsProvider.builder().withRoleName(role).build());

export const uriProvider = (uri: string) =>
  built(() => library.URICredentialsProvider.builder().withCredentialsURI(uri).build());

function built(build: () => CredentialProvider): CredentialProvider | undefined {
  installAgent();
  try {
    return build();
  } catch {
    // The library's builders throw where a variable switches their place off.
    return undefined;
  }
}

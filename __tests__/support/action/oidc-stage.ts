import type { Emulator, EmulatorOptions, Role } from '../../../emulator/emulator.js';
import { SUBJECT, type TokenService, tokenService } from '../../../emulator/token-service.js';
import { onStage, type Stage } from './stage.js';

export const ROLE = 'acs:ram::1234567890123456:role/esa-deployer';
export const PROVIDER = 'acs:ram::1234567890123456:oidc-provider/github';

export interface OidcStage extends Stage {
  readonly github: TokenService;
  readonly role: Role;
  /** In place of the key that the stage gives. */
  readonly oidc: Readonly<Record<string, string>>;
}

/** A stage whose only credentials are those that the role hands out. */
export async function onOidcStage(play: (stage: OidcStage) => Promise<void>, options: EmulatorOptions = {}) {
  await using github = await tokenService(options.now);
  await onStage(async (stage) => {
    const { emulator } = stage;
    const role: Role = { arn: ROLE, providerArn: PROVIDER, audience: 'sts.aliyuncs.com', subject: SUBJECT };
    emulator.world.roles.push(role);
    emulator.world.credentials.length = 0;
    const oidc = {
      'access-key-id': '',
      'access-key-secret': '',
      'role-to-assume': ROLE,
      'oidc-provider-arn': PROVIDER,
      'sts-endpoint': emulator.api,
    };
    const run: Stage['run'] = (inputs = {}, env = {}, node, more = {}) =>
      stage.run({ ...oidc, ...inputs }, { ...github.env, ...env }, node, more);
    await play({ ...stage, run, github, role, oidc });
  }, options);
}

export const assumed = (emulator: Emulator) =>
  emulator.requests.filter((request) => request.action === 'AssumeRoleWithOIDC');

import { companyProxy } from '../network/company-proxy.js';
import { privateCa } from '../network/private-ca.js';
import { type OidcStage, onOidcStage } from './oidc-stage.js';

interface Behind extends OidcStage {
  readonly proxy: Awaited<ReturnType<typeof companyProxy>>;
  readonly endpoints: Readonly<Record<string, string>>;
  readonly ca: Readonly<Record<string, string>>;
  readonly port: string;
}

/** Whoever imports it disposes of it. */
export const authority = privateCa('esa.test', 'sts.test', 'edge.test', 'my-logs.sls.test');

/** ESA and STS over TLS with a private CA, under names that only the proxy can resolve. */
export async function behindProxy(play: (stage: Behind) => Promise<void>, password?: string): Promise<void> {
  await using proxy = await companyProxy(password);
  await onOidcStage(
    async (stage) => {
      const { port } = new URL(stage.emulator.api);
      const endpoints = { endpoint: `https://esa.test:${port}`, 'sts-endpoint': `https://sts.test:${port}` };
      await play({ ...stage, proxy, endpoints, ca: { NODE_EXTRA_CA_CERTS: authority.file }, port });
    },
    { tls: authority.tls },
  );
}
